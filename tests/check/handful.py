"""A handful of findings, one of every sort, on which all formats are shown."""

FILES = {
    # A claim and a budget that do not hold, a variant, columns behind characters that are wide or
    # outside of the first plane, an ignore that ignores nothing, and a claim nobody wants to hear of.
    "specs/net.yaml": """\
cnncalc: 1
name: net
vars: {w: 16}
input: {channels: 3, size: [32, 32]}
layers:
  - conv: {filters: $w, kernel: 3, x-a: "🧱 é 界", expect: {size: [31, 30]}}
  - relu: {x-why: "100%, sure"}  # cnncalc: ignore
expect: {params: 449, macs: 1M}  # cnncalc: ignore[X501]
budget: {params: 400}
variants:
  - {set: {w: 32}, expect: {params: 896, macs: 777600}}
  - {name: wide, set: {w: 64}, expect: {params: 1793}}
""",
    # A fault with further places.
    "specs/sub dir/shape.yaml": """\
cnncalc: 1
input: {channels: 8, size: [16, 16]}
blocks:
  Res:
    layers:
      - conv: {filters: 8, kernel: 3, stride: 2, padding: half, name: main}
      - add: [main, input]
layers:
  - Res: {name: stage}
""",
    # What a terminal, a parser of workflow commands, of XML, of Markdown or of Rich would obey.
    "specs/hostile,100%.yaml": """\
cnncalc: 1
name: "[red]<b>|@team"
input: {channels: 3, size: [8, 8]}
layers:
  - "::error::%0A\\x1b[31m\\x00\\u202e&[a](1){0}": 1
""",
    # A fault without a place, and a model without one.
    "specs/empty.yaml": "# cnncalc: 1\n",
    "specs/sound.yaml": "cnncalc: 1\nname: sound\ninput: {features: 4}\nlayers: [dense: 2]\nexpect: {params: 10}\n",
}
PATHS = ["specs", "specs/empty.yaml"]
