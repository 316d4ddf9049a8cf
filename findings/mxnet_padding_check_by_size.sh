#!/usr/bin/env bash
# MXNet 1.9.1 on the CPU (Python up to 3.11), Pooling with a padding as large as the kernel.
#
# One would guess: a padding of kernel or more is refused, or is not, whatever the pool, the convention and
# the input's size.
# What happens: maximum and average pools are refused ("pad < kernel") by the library that does the work; an average
# with pooling_convention "full" goes to another one, without the check, just if the rounding up counts.
# A pool of 3 at stride 2 with padding 3 is refused on 9 elements and gives 8 on 10. The windows that see nothing but
# padding average to 0, also without count_include_pad, where there is nothing to divide by. Sum pools are not checked.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check mxnet==1.9.1 numpy==1.23.5
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import mxnet


def pool(kind, convention, length, counted=True):
    """The outputs of a pool of 3 at stride 2 with padding 3 on ones; "refused" where it is."""
    got = mxnet.nd.Pooling(
        mxnet.nd.ones((1, 1, length)), kernel=(3,), stride=(2,), pad=(3,), pool_type=kind,
        pooling_convention=convention, count_include_pad=counted,
    )
    try:
        return [round(float(one), 2) for one in got.asnumpy().ravel()]
    except mxnet.MXNetError as error:
        if "pad_l[0] < kernel[0]" not in str(error):
            raise
        return "refused"


print("MXNet", mxnet.__version__)
found = {}
for kind in ("max", "avg", "sum"):
    for convention in ("valid", "full"):
        for length in (9, 10):
            found[kind, convention, length] = pool(kind, convention, length)
            print(f"{kind} {convention:5} on {length}: {found[kind, convention, length]}")
without = pool("avg", "full", 10, counted=False)
print("avg full on 10 without the padding:", without)
sizes = {key: got if got == "refused" else len(got) for key, got in found.items()}
expected = {key: {"sum": 8 if key[1:] == ("full", 10) else 7}.get(key[0], "refused") for key in sizes}
expected["avg", "full", 10] = 8
try:
    mxnet.nd.waitall()  # tells of the refusals again, which else is done at the end
except mxnet.MXNetError:
    pass
sys.exit(sizes != expected or found["avg", "full", 10][0] != 0 or without[0] != 0)
PYTHON
