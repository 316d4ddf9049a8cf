"""Texts that are made to hurt: by name, how to make one and the codes it must end in.

A text is made when it is asked for; codes are alternatives, "" stands for a text that loads. Each is
as large as our limits need it, and no larger: other software reads it, or raises an error.
"""

from tests.nets import MAP as INPUT
from tests.nets import spec as net

CASES = {}


def case(name, *codes):
    """Enters a function that makes a text."""
    def enter(make):
        CASES[name] = (make, codes)
        return make
    return enter


def known(name, *codes, text):
    """Enters a text."""
    CASES[name] = (lambda: text, codes)


def listed(template, count, start=0):
    """A template with every number from `start`, separated by commas."""
    return ", ".join(template.format(n) for n in range(start, count))


# Depth --------------------------------------------------------------------------------------

case("300 open brackets", "E003")(lambda: "[" * 300)
case("300 brackets in a spec", "E003")(lambda: INPUT + "layers: " + "[" * 300 + "]" * 300)
case("300 brackets in front of what is not YAML", "E003")(lambda: INPUT + "layers: " + "[" * 300 + "@")
case("300 open braces", "E003")(lambda: "{a: " * 300)
case("300 braces as keys", "E003")(lambda: "{" * 300)
case("300 question marks", "E003")(lambda: "? " * 300)
case("300 dashes", "E003")(lambda: "- " * 300)
case("300 levels of indentation", "E003")(lambda: "".join(" " * i + "a:\n" for i in range(300)))
case("300 levels of lists", "E003")(lambda: "".join(" " * i + "-\n" for i in range(300)))
case("levels through aliases", "E003")(
    lambda: "x0: &x0 [1]\n" + "".join(f"x{i}: &x{i} [*x{i - 1}]\n" for i in range(1, 300)))
case("100,000 open quotes", "E001", "E101")(lambda: "'" * 100_001)

# Aliases ------------------------------------------------------------------------------------


@case("alias bomb of lists", "E004")
def _():
    levels = "".join(f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 12)}]\n" for i in range(1, 6))
    return "x0: &x0 [lol]\n" + levels + net("relu")


@case("alias bomb of mappings", "E004")
def _():
    levels = "".join(f"x{i}: &x{i} {{p: *x{i - 1}, q: *x{i - 1}}}\n" for i in range(1, 17))
    return "x0: &x0 {k: v}\n" + levels + net("relu")


@case("alias bomb as layers", "E004")
def _():
    levels = "".join(f"x-{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 60)}]\n" for i in range(1, 4))
    return "x-0: &x0 relu\n" + levels + INPUT + "layers: *x3\n"


known("alias in itself", "E005", text="x: &a [*a]\n" + net("relu"))
known("layers in themselves", "E005", text=INPUT + "layers: &a [relu, *a]\n")
known("root in itself", "E005", text="&a {x: *a}\n")
known("key of itself", "E005", "E009", text="&a {*a : 1}\n")
known("merge bomb", "E006", text="x-a: &a {a: 1}\nx-b: {<<: *a, <<: [*a, *a]}\n" + net("relu"))
case("10,000 anchors", "")(lambda: "x-a: [" + listed("&a{} 1", 10_000) + "]\n" + net("relu"))
case("1,000 aliases of 190 values", "")(lambda: "x-a: &a [" + "1, " * 190 + "]\nx-b: [" + "*a, " * 1_000 + "]\n" + net("relu"))

# Size ---------------------------------------------------------------------------------------

case("5 MB of comment", "E004")(lambda: net("relu") + "#" + "x" * 5_000_000)
case("5 MB of spaces", "E004")(lambda: " " * 5_000_001)
case("5 MB of line ends", "E004")(lambda: "\n" * 5_000_001)
case("4 MB in one line", "")(lambda: net("relu") + "x-a: " + "x" * 4_000_000)
case("4 MB in one quoted line", "")(lambda: net("relu") + 'x-a: "' + "\\n" * 1_000_000 + '"')
case("250,000 values", "E004")(lambda: net("relu") + "x-a: [" + "1," * 250_000 + "]")
case("1,000 documents", "E008")(lambda: "---\n" * 1_000)
case("100,000 colons", "E001", "E101", "E108", "E103")(lambda: ":" * 100_000)
case("100,000 commas", "E001")(lambda: "[" + "," * 100_000)
case("a key of 100,000 letters", "E001", "E103")(lambda: "x" * 100_000 + ": 1\n")
case("a variable of 100,000 letters", "E001")(lambda: "vars: {" + "x" * 100_000 + ": 1}\n" + net("relu"))
case("a kind of 100,000 letters", "E102", "E001")(lambda: net("x" * 100_000))
case("a block of 100,000 letters", "E205", "E102")(lambda: net("X" * 100_000))
case("a kind of 900 letters with keys", "E102")(lambda: net("k" * 900 + ": {a: 1}"))
case("a name of 100,000 letters", "E204")(lambda: net("relu: {name: " + "a" * 100_000 + "}"))
case("a reference of 100,000 letters", "E201")(lambda: net("relu: {name: a}", "relu: {from: " + "a" * 100_000 + "}"))
case("a reference of 10,000 dots", "E201")(lambda: net("relu: {name: a}", "relu: {from: a" + ".b" * 10_000 + "}"))
case("a reference of letters and digits", "E201")(lambda: net("relu: {from: " + "a_" * 20_000 + "1}"))
case("a value of 100,000 letters", "E104")(lambda: net("conv: {filters: " + "a" * 100_000 + ", kernel: 3}"))
case("a dialect of 100,000 letters", "E104")(lambda: "dialect: " + "a" * 100_000 + "\n" + net("relu"))
case("an expression of 100,000 letters", "E403")(lambda: net("dense: $" + "w" * 100_000))
case("an expression of 300 brackets", "E403")(lambda: net("dense: $" + "(" * 300))
case("a size of 50,000 axes", "E302")(lambda: "input: {channels: 3, size: [" + "1," * 50_000 + "]}\nlayers: [relu]\n")

# Many faults --------------------------------------------------------------------------------

case("20,000 unknown kinds", "E102")(lambda: net(*["rulu"] * 20_000))
case("20,000 unknown kinds in one line", "E102")(lambda: INPUT + "layers: [" + "rulu, " * 20_000 + "]\n")
case("20,000 different unknown kinds", "E102")(lambda: net(*(f"rulu{i}x" for i in range(20_000))))
case("20,000 unknown blocks", "E205")(lambda: net(*["Rulu"] * 20_000))
case("20,000 unknown keys", "E103")(lambda: net("conv: {" + listed("k{}: 1", 20_000) + "}"))
case("20,000 unknown defaults", "E103")(lambda: "defaults: {conv: {" + listed("k{}: 1", 20_000) + "}}\n" + net("relu"))
case("40,000 duplicate keys", "E002")(lambda: net("conv: {" + "k: 1, " * 40_000 + "}"))
case("40,000 empty keys", "E002", "E009", "E103", "E106")(lambda: "?\n" * 40_000)
case("20,000 tags", "E007")(lambda: "x-a: [" + "!t 1, " * 20_000 + "]\n" + net("relu"))
case("10,000 merge keys", "E006")(lambda: "x-a: {" + "<<: 1, " * 10_000 + "}\n" + net("relu"))
case("10,000 layers with three faults each", "E103", "E104")(lambda: net(*(f"conv: {{filters: x{i}, kernal: 3}}" for i in range(10_000))))
case("10,000 unknown references", "E201")(lambda: net(*(f"relu: {{from: n{i}x}}" for i in range(10_000))))
case("unknown among 3,000 names", "E201")(
    lambda: net(*(f"relu: {{name: {'a' * 40}{i}}}" for i in range(3_000)), *(f"relu: {{from: {'a' * 40}x{i}}}" for i in range(3_000))))
case("10,000 names given twice", "E203")(lambda: net(*(f"relu: {{name: n{i % 5000}}}" for i in range(10_000))))
case("10,000 layers behind a fault", "E301")(lambda: net("conv: {filters: 3, kernel: 99, name: x}", *["relu"] * 10_000))
case("5,000 layers that do not fit", "E301")(lambda: net(*["conv: {filters: 3, kernel: 99, from: input}"] * 5_000))
case("20,000 operands that do not fit", "E306")(
    lambda: net("relu: {name: a}", "conv: {filters: 3, kernel: 3, name: b}", "add: [" + "a, b, " * 10_000 + "]"))
case("10,000 unknown variables", "E401")(lambda: net(*(f"dense: $v{i}" for i in range(10_000))))
case("10,000 wrong claims", "E103")(lambda: net("relu", tail="expect: {" + listed("k{}: 1", 10_000) + "}\n"))
case("10,000 wrong variants", "E106", "E401", "E103")(lambda: net("relu", tail="variants: [" + "{sett: 1}, " * 10_000 + "]\n"))
case("5,000 models", "usage")(lambda: "models: {" + listed("m{}: {{input: {{features: 3}}, layers: [relu]}}", 5_000) + "}\n")
case("10,000 inputs", "E208")(lambda: "inputs: {" + listed("i{}: {{features: 3}}", 10_000) + "}\nlayers: [relu]\n")
case("10,000 wrong inputs", "E110")(lambda: "inputs: {" + listed("i{}: {{feature: 3}}", 10_000) + "}\nlayers: [relu]\n")

# Numbers ------------------------------------------------------------------------------------

NUMBERS = {
    "of 100 digits": "1" * 100, "of 400 digits": "9" * 400, "of 5,000 digits": "9" * 5_000, "hexadecimal": "0x" + "f" * 300,
    "hexadecimal of 5,000 digits": "0x" + "f" * 5_000, "octal": "0o" + "7" * 390, "infinite": ".inf", "less than everything": "-.inf",
    "not a number": ".nan", "1e308": "1e308", "1e400": "1e400", "1e99999999": "1e99999999", "above 2^53": str(2**53 + 1), "-1": "-1",
}
KEYS = {
    "filters": "conv: {{filters: {}, kernel: 3}}", "kernel": "conv: {{filters: 4, kernel: {}}}", "stride": "conv: {{filters: 4, kernel: 3, stride: {}}}",
    "padding": "conv: {{filters: 4, kernel: 3, padding: {}}}", "dilation": "conv: {{filters: 4, kernel: 3, dilation: {}}}",
    "groups": "conv: {{filters: 4, kernel: 3, groups: {}}}", "units": "dense: {}", "pool": "max_pool: {}", "adaptive pool": "adaptive_avg_pool: {}",
    "scale": "upsample: {}", "size": "resize: {}", "repeat": "relu: {{repeat: {}}}", "vocabulary": "embedding: {{vocab: {}, dim: 2}}",
    "heads": "multi_head_attention: {{heads: {}}}", "shuffle": "pixel_shuffle: {}", "crop": "crop: {{amount: {}}}", "features": "reshape: {{to: {{features: {}}}}}",
    "slice": "slice: {{channels: [0, {}]}}", "opaque": "opaque: {{output: {{features: {}}}}}", "ratio": "fractional_max_pool: {{size: 2, output_ratio: {}}}",
}
for word, number in NUMBERS.items():
    for key, item in KEYS.items():
        known(f"{key} {word}", "E104", "E105", "E301", "E302", "E303", "E304", "E309", "E311", "E405", "E408",
              *([""] if number == "-1" else []), text=net(item.format(number)))
    known(f"channels {word}", "E104", "E105", "E405", text=f"input: {{channels: {number}, size: [8]}}\nlayers: [relu]\n")
    known(f"input size {word}", "E104", "E105", "E405", text=f"input: {{channels: 3, size: [8, {number}]}}\nlayers: [relu]\n")
    known(f"tokens {word}", "E104", "E105", "E405", text=f"input: {{tokens: {number}}}\nlayers: [embedding: {{vocab: 2, dim: 2}}]\n")
    known(f"variable {word}", "E104", "E105", "E405", text=net("conv: {filters: $w, kernel: 1}", head=f"vars: {{w: {number}}}\n"))
    known(f"variable in a formula {word}", "E105", "E403", "E405", "E406", text=net("conv: {filters: $(w*2), kernel: 1}", head=f"vars: {{w: {number}}}\n"))
    known(f"version {word}", "E109", text=f"cnncalc: {number}\n" + net("relu"))
    known(f"claim {word}", "", "E104", text=net("relu", tail=f"expect: {{params: {number}, macs: {{max: {number}}}}}\n"))

# Sizes that explode -------------------------------------------------------------------------

known("30 times upsampled by 1,000", "E309", text=net(*["upsample: 1000"] * 30))
known("200 times upsampled by 2", "E309", text=net(*["upsample: 2"] * 200))
known("padded by 2^50 five times", "E309", text=net(*["pad: 1125899906842624"] * 5))
known("channels of 2^53 many times", "E309", text=net(*["conv: {filters: 9007199254740992, kernel: 1}"] * 20, input="input: {channels: 3, size: [64, 64]}\n"))
known("multiplied channels", "E309", text=net(*["depthwise_conv: {kernel: 1, multiplier: 9007199254740992}"] * 5))
known("concatenated with itself 70 times", "E309", text=net(*["concat: {from: [prev, prev]}"] * 70))
known("a kernel of 2^53", "E309", "", text=net("conv: {filters: 1, kernel: 9007199254740992, padding: half}"))
known("a dilation of 2^53", "E309", text=net("conv: {filters: 1, kernel: 3, dilation: 9007199254740992, padding: full}"))
known("a transposed kernel of 2^53", "E309", text=net("conv_transpose: {filters: 1, kernel: 9007199254740992, stride: 9007199254740992}"))
known("an adaptive pool of 2^53", "E309", text=net("adaptive_avg_pool: 9007199254740992"))
known("an adaptive pool of 2^30", "", text=net("adaptive_avg_pool: 1000000000"))
known("an adaptive pool of almost everything", "", text=net("adaptive_avg_pool: 99999988", input="input: {channels: 1, size: [99999989]}\n"))
known("a fractional pool of 2^30", "", text=net("fractional_max_pool: {size: 2, output_size: 99999988}", input="input: {channels: 1, size: [999999989]}\n"))
known("resized to 2^30", "", text=net("resize: {size: 1000000000, mode: cubic}", head="dialect: torch\n"))
known("folded to 2^40", "E302", text=net("fold: {size: [1099511627776, 1099511627776], kernel: 1}"))
known("unfolded", "E309", "", text=net("unfold: {kernel: 1000000, padding: 10000000}"))
known("scaled by almost nothing", "E311", "E105", "E301", "E104", "E309", text=net("upsample: 1e-300"))
known("a billion tokens", "", text="input: {tokens: 9007199254740992}\nlayers: [embedding: {vocab: 9007199254740992, dim: 1}]\n")
known("attention over a billion steps", "", text="input: {channels: 8, size: [1000000000]}\nlayers: [multi_head_attention: {heads: 8}]\n")

# Expressions --------------------------------------------------------------------------------

for text, codes in {
    "2**2**9": ["E403"], "10**10**10": ["E403"], "'a'*9999": ["E406"], "1e308*10": ["E403"], "1/0": ["E406"], "1//0": ["E406"], "1%0": ["E406"],
    "1/1e-320": ["E403"], "1e999-1e999": ["E403"], "9007199254740992*9007199254740992": ["E403"], "__import__('os').getpid()": ["E402"],
    "(1).__class__": ["E402"], "().__class__.__bases__": ["E402"], "[1]*9999": ["E402"], "lambda: 1": ["E402"], "exec('1')": ["E402"],
    "open('/dev/null')": ["E402"], "f'{1}'": ["E402"], "max(*w)": ["E402"], "round(1, 999999999)": ["E406"], "round(1e300)": ["E403"],
    "9" * 180: ["E403"], "0x" + "f" * 180: ["E403"], "1+" * 90 + "1e9999": ["E403"], "not " * 45 + "nope": ["E401"], "min(" * 38 + ")" * 38: ["E402"],
    "w" * 150: ["E401"], "1 if " * 20: ["E402"], "x:=1": ["E402"], "make_divisible(1, 1e-300)": ["E403", "E405", "E105", "E406"], "w.__init__.__globals__": ["E402"],
}.items():
    known(f"expression {text[:40]}", *codes, text=net(f'conv: {{filters: "$({text})", kernel: 1}}', head="vars: {w: 4}\n"))
known("expression of 95 brackets", "", text=net(f"conv: {{filters: $({'(' * 95}1{')' * 95}), kernel: 1}}"))
case("3,000 expressions", "")(lambda: net(*(f"relu: {{when: $({i} < {i})}}" for i in range(3_000))))
case("a chain of 900 variables", "E403", "")(lambda: "vars:\n v0: 1\n" + "".join(f" v{i}: $(v{i - 1}*2)\n" for i in range(1, 900)) + net("relu"))
case("20,000 variables", "", "E105", "E004")(lambda: "vars: {" + listed("v{}: 1", 20_000) + "}\n" + net("relu: {repeat: 20000}"))
case("20,000 variables, 10,000 uses of a block", "", "E105", "E004")(
    lambda: "vars: {" + listed("v{}: 1", 20_000) + "}\nblocks: {A: {layers: [relu]}}\n" + net("A: {repeat: 10000}"))
case("10,000 variables, 5,000 blocks", "", "E105", "E004")(
    lambda: "vars: {" + listed("v{}: 1", 10_000) + "}\nblocks: {" + listed("A{}: {{layers: [relu]}}", 5_000) + "}\n" + net("relu"))
case("20,000 arguments", "", "E105", "E004")(lambda: "blocks: {A: {args: {a0: 1, " + listed("a{}: $a0", 20_000, 1) + "}, layers: [relu]}}\n" + net("A"))
case("5,000 arguments, 5,000 uses", "", "E105", "E004")(lambda: "blocks: {A: {args: {" + listed("a{}: 1", 5_000) + "}, layers: [relu]}}\n" + net("A: {repeat: 5000}"))

# Blocks and repeats -------------------------------------------------------------------------

known("block in itself", "E206", text="blocks: {A: {layers: [A]}}\n" + net("A"))
known("block in itself without an end", "E206", text="blocks: {A: {layers: [A: {when: true}]}}\n" + net("A"))
known("block in itself, never repeated", "E206", text="blocks: {A: {layers: [A: {repeat: 0}]}}\n" + net("A"))
known("two blocks in each other", "E206", text="blocks: {A: {layers: [B]}, B: {layers: [A]}}\n" + net("A"))
case("a cycle of 8,000 blocks", "E206")(lambda: "blocks:\n" + "".join(f" A{i}: {{layers: [A{(i + 1) % 8_000}]}}\n" for i in range(8_000)) + net("A0"))
case("a chain of 8,000 blocks", "E206")(lambda: "blocks:\n" + "".join(f" A{i}: {{layers: [A{i + 1}]}}\n" for i in range(8_000)) + " A8000: {layers: [relu]}\n" + net("A0"))
case("a chain of 8,000 blocks, upwards", "E206")(
    lambda: "blocks:\n A8000: {layers: [relu]}\n" + "".join(f" A{i}: {{layers: [A{i + 1}]}}\n" for i in range(7_999, -1, -1)) + net("A0"))
case("a chain of 50,000 blocks", "E206", "E004")(lambda: "blocks:\n" + "".join(f" A{i}: {{layers: [A{i + 1}]}}\n" for i in range(50_000)) + " A50000: {layers: [relu]}\n" + net("A0"))
case("every block in every later one", "E206", "E004")(lambda: "blocks:\n" + "".join(f" A{i}: {{layers: [relu, {listed('A{}', 200, i + 1)}]}}\n" for i in range(200)) + net("A0"))


def doubling(item, use="A{0}", levels=30):
    """Blocks of two blocks of two blocks …; the last has one item."""
    one = "".join(f" A{i}: {{layers: [{use.format(i + 1)}, {use.format(i + 1)}]}}\n" for i in range(levels))
    return "blocks:\n" + one + f" A{levels}: {{layers: [{item}]}}\n" + net("A0")


case("2^30 layers by doubling", "E408")(lambda: doubling("relu"))
case("2^30 skipped layers", "E408", "")(lambda: doubling("relu: {when: false}"))
case("2^30 layers never repeated", "E408", "")(lambda: doubling("relu: {repeat: 0}"))
case("2^30 layers by guarded doubling", "E408")(lambda: doubling("relu", "A{0}: {{when: $(1)}}"))
case("2^30 layers by doubling in repeats", "E408")(lambda: doubling("relu", "A{0}: {{repeat: 1}}"))
known("repeated too often", "E408", text=net("relu: {repeat: 100001}"))
known("repeated too often and skipped", "E408", text=net("relu: {repeat: 1000000000, when: false}"))
known("repeated too often by a formula", "E408", text=net("relu: {repeat: $(w*w*w)}", head="vars: {w: 10000}\n"))
known("repeats in repeats", "E408", text="blocks: {A: {layers: [relu: {repeat: 1000}]}, B: {layers: [A: {repeat: 1000}]}}\n" + net("B: {repeat: 1000}"))
known("repeats in repeats by formulas", "E408",
      text="blocks: {A: {args: {n: 1}, layers: [relu: {repeat: $n}]}, B: {args: {n: 1}, layers: [A: {repeat: $n, n: $n}]}}\n" + net("B: {repeat: 1000, n: 1000}"))
known("repeats of nothing in repeats", "E408", "", text="blocks: {A: {layers: [relu: {repeat: 0}]}, B: {layers: [A: {repeat: 1000}]}}\n" + net("B: {repeat: 1000}"))
known("skipped in repeats of repeats", "E408", text="blocks: {A: {layers: [relu: {repeat: 1000, when: false}]}, B: {layers: [A: {repeat: 1000}]}}\n" + net("B: {repeat: 1000}"))


@case("weights used again, doubling", "E408")
def _():
    uses = "".join(f" A{i}: {{layers: [A{i - 1}: {{name: x}}, reuse: {{layer: x, from: prev}}]}}\n" for i in range(1, 30))
    return "blocks:\n A0: {layers: [relu]}\n" + uses + net("A29")


case("a layer that reads 20,000 times the same", "", "E309")(lambda: net("relu: {name: a}", "add: [" + "a, " * 20_000 + "]"))
case("20,000 outputs", "")(lambda: net("relu: {name: a}", tail="outputs: [" + "a, " * 20_000 + "]\n"))
case("generated names that are taken", "")(lambda: net(*(f"relu: {{name: relu{i}}}" for i in range(1, 3_000)), *["relu"] * 3_000))

# Names --------------------------------------------------------------------------------------

STRANGE = ("__class__", "__init__", "__import__", "../x", "../../etc/passwd", "/etc/passwd", "conv/../conv", "layers", "keys", "conv.py", "os", "sys",
           "cnncalc.layers.conv", "con", "nul", "conv\\0", "conv\\n", " conv", "conv ", "CONV", "ｃｏｎｖ", "con\\u0076\\u200b", "conv2d2d", "%s", "{0}", "[red]x[/red]",
           "\\e[31m", "\\u202e", "\\ud800")
for word in STRANGE:
    known(f"kind {word}", "E102", "E205", "E001", text=net(f'"{word}": {{filters: 3, kernel: 1}}'))
    known(f"key {word}", "E103", "E001", text=net(f'relu: {{"{word}": 1}}'))
    known(f"norm {word}", "E102", "E104", "E001", text=net(f'conv: {{filters: 3, kernel: 1, norm: "{word}"}}'))
    known(f"activation {word}", "E102", "E104", "E001", text=net(f'conv: {{filters: 3, kernel: 1, activation: {{"{word}": {{}}}}}}'))
    known(f"reference to {word}", "E201", "E001", text=net(f'relu: {{from: "{word}"}}'))
    known(f"default of {word}", "E102", "E001", text=net("relu", head=f'defaults: {{"{word}": {{kernel: 3}}}}\n'))
    known(f"block {word}", "E211", "E001", *([""] if word == "CONV" else []), text=net("relu", head=f'blocks: {{"{word}": {{layers: [relu]}}}}\n'))
    known(f"file key {word}", "E103", "E002", "E001", text=net("relu", tail=f'"{word}": 1\n'))
    known(f"nested {word}", "E102", "E103", "E001", "E104", text=net(f'time_distributed: {{"{word}": {{}}}}'))
    known(f"called {word}", "", "E001", text=f'name: "{word}"\ndescription: "{word}"\n' + net("relu"))
for word in ("os", "sys", "_layers", "é", "x" * 5_000):
    known(f"variable {word[:20]}", "", "E001", text=net("relu", head=f"vars: {{{word}: 1}}\n"))
known("kind and item of nothing", "E108", text=net("''"))
known("a kind that is a number", "E102", "E108", text=net("1: {}"))
known("a kind that is null", "E102", "E108", text=net("~: {}"))

# Bytes --------------------------------------------------------------------------------------

known("an empty text", "E101", text="")
known("only a comment", "E101", text="# nothing\n")
known("only a mark", "E101", text="\ufeff")
known("two marks", "E001", "E101", "E103", text="\ufeff\ufeff" + net("relu"))
known("NUL", "E001", text="\0")
known("NUL at the end", "E001", text=net("relu") + "\0")
known("a lone surrogate", "E001", text="\ud800")
known("a lone surrogate in a name", "E001", text=net('relu: {name: "\ud800"}'))
known("control characters", "E001", text=net("relu: {name: a\x07b}"))
known("the replacement for EBCDIC line ends", "", text=net("relu").replace("\n", "\x85"))
known("line separators", "", "E001", text=net("relu").replace("\n", "\u2028"))
known("carriage returns", "", text=net("relu").replace("\n", "\r"))
known("UTF-16 as text", "E001", text=net("relu").encode("utf-16").decode("latin-1"))
known("tabs", "E001", text=net("relu").replace(" -", "\t-"))
known("a picture", "E001", text="\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
known("noncharacters", "E001", "E101", text="\uffff\ufffe")
known("right to left", "E101", text="\u202e\u2066")
known("a tag of Python", "E007", "E101", text="!!python/tuple [1, 2]\n")
known("a tag that imports", "E007", "E101", text="!!python/name:os.sep ''\n")
known("two documents", "E008", text=net("relu") + "---\n" + net("relu"))
known("another version of YAML", "E001", text="%YAML 2.0\n---\n" + net("relu"))
known("a number", "E101", text="3")
known("a list", "E101", text="[1, 2]")
known("nothing in braces", "E106", "E101", text="{}")
known("a key that is a list", "E009", text="? [a, b]\n: 1\n" + net("relu"))
