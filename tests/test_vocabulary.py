"""What others call a layer: vocabularies are true to the kinds and keys that exist, and answer unknown words."""

import re

import pytest
import yaml

import cnncalc
from cnncalc import registry
from cnncalc.errors import SpecError
from cnncalc.language.grammar import COMMON, HOST
from cnncalc.language.kinds import layer_class
from cnncalc.vocabulary.base.vocabulary import all_entries, entries, find_entries, synonyms

OPAQUE = "`opaque: {output: {…}, params: …, macs: …}` stands for a layer that the language does not have"

# The operators of ai.onnx in opset 21, apart from strings, sequences and optionals, which no layer has.
OPERATORS = """
Abs Acos Acosh Add AffineGrid And ArgMax ArgMin Asin Asinh Atan Atanh AveragePool BatchNormalization Bernoulli BitShift
BitwiseAnd BitwiseNot BitwiseOr BitwiseXor BlackmanWindow Cast CastLike Ceil Celu CenterCropPad Clip Col2Im Compress
Concat Constant ConstantOfShape Conv ConvInteger ConvTranspose Cos Cosh CumSum DFT DeformConv DepthToSpace
DequantizeLinear Det Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor GRU Gather
GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GridSample
GroupNormalization HammingWindow HannWindow HardSigmoid HardSwish Hardmax Identity If InstanceNormalization IsInf IsNaN
LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax Loop LpNormalization LpPool MatMul MatMulInteger
Max MaxPool MaxRoiPool MaxUnpool Mean MeanVarianceNormalization MelWeightMatrix Min Mish Mod Mul Multinomial Neg
NegativeLogLikelihoodLoss NonMaxSuppression NonZero Not OneHot Or PRelu Pad Pow QLinearConv QLinearMatMul
QuantizeLinear RNN RandomNormal RandomNormalLike RandomUniform RandomUniformLike Range Reciprocal ReduceL1 ReduceL2
ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize
ReverseSequence RoiAlign Round STFT Scan Scatter ScatterElements ScatterND Selu Shape Shrink Sigmoid Sign Sin Sinh Size
Slice Softmax SoftmaxCrossEntropyLoss Softplus Softsign SpaceToDepth Split SplitToSequence Sqrt Squeeze Sub Sum Tan
Tanh ThresholdedRelu Tile TopK Transpose Trilu Unique Unsqueeze Upsample Where Xor
"""

SECTIONS = """
activation avg avgpool batchnorm conn connected contrastive conv conv_lstm convolutional cost crnn crop deconv
deconvolutional detection dropout empty Gaussian_yolo gru history implicit iseg l2norm local local_avg local_avgpool
logistic lrn lstm max maxpool net network normalization region reorg reorg3d rnn route sam scale_channels shortcut
silence soft softmax upsample yolo
"""


def fix(word, *, head="", value=""):
    with pytest.raises(SpecError) as refused:
        cnncalc.loads(f"{head}input: {{channels: 4, size: [8, 8]}}\nlayers:\n- {word}{value}")
    found = refused.value.diagnostics[0]
    return found.code, found.help


@pytest.mark.parametrize("entry", all_entries(), ids=lambda entry: f"{entry.title}-{entry.word}")
def test_what_is_written_for_a_word_exists(entry):
    assert entry.write or entry.remark
    keys = set(COMMON) | set(HOST)
    for text in entry.write:
        kind, _, _ = text.partition(":")
        assert kind in registry.names("layers")
        keys |= set(layer_class(kind).keys)
        written = yaml.safe_load(re.sub(r"(, )?…", "", text))
        if isinstance(written, dict):
            assert set(written[kind]) <= set(layer_class(kind).keys)
    assert set(entry.options) <= keys


@pytest.mark.parametrize("name", registry.names("vocabulary"))
def test_a_word_stands_once_in_a_vocabulary(name):
    words = [entry.word for entry in entries(name)]
    assert len(words) == len(set(words))
    assert registry.load("vocabulary", name).SOURCE


@pytest.mark.parametrize(("name", "words"), [("onnx", OPERATORS), ("darknet", SECTIONS)])
def test_all_words_of_a_format_are_there(name, words):
    assert {entry.word for entry in entries(name)} == set(words.split())


def test_simple_synonyms_are_words_for_one_kind():
    found = synonyms()
    assert found["fc"] == "dense"
    assert found["swish"] == "silu"
    assert "bidirectional" not in found
    assert not {"gemm", "route", "Gemm"} & set(found)


def test_a_word_is_found_however_it_is_spelt():
    for word in ("stochastic_depth", "StochasticDepth", "stochastic-depth"):
        assert [entry.kind for entry in find_entries(word)] == ["drop_path"]


@pytest.mark.parametrize(("word", "code", "message"), [
    ("BatchNormalization", "E102", "`BatchNormalization` is called `batch_norm` here"),
    ("torch.stack", "E102", "`torch.stack` is called `stack` here"),
    ("torch.nn.functional.interpolate", "E102", "`torch.nn.functional.interpolate` is called `resize` here"),
    ("attention", "E102", "`attention` is called `multi_head_attention` here"),
    ("stochastic_depth", "E102", "`stochastic_depth` is called `drop_path` here"),
    ("StochasticDepth", "E102", "`StochasticDepth` is called `drop_path` here"),
    ("rezero", "E102", "`rezero` is called `scale` here: one learnt factor in front of `add`"),
    ("bidirectional", "E102", ("`bidirectional` is written `lstm: {bidirectional: concat}`, `gru: {bidirectional: concat}` "
     "or `simple_rnn: {bidirectional: concat}` here: it is a key of the layer that it wraps")),
    ("Gemm", "E102", "`Gemm` is called `dense` here: its units are an axis of B"),
    ("GlobalAveragePool", "E102", "`GlobalAveragePool` is written `global_avg_pool: {keep_size: true}` here"),
    ("reorg", "E102", "`reorg` is called `space_to_depth` here"),
    ("Eltwise", "E102", "`Eltwise` is called `add` here"),
    ("Div", "E102", "`Div` has no kind here: by a number it is `rescaling`; `opaque: {output: {…}, params: …, macs: …}` stands for it"),
    ("nms", "E102", "`nms` has no kind here: `cnncalc calc nms` computes it for given boxes; `opaque: {output: {…}, params: …, macs: …}` stands for it"),
    ("Shape", "E102", "`Shape` has no kind here: sizes are numbers: write them, or an expression such as `$cin`"),
    # A word of two meanings: a reduction in PyTorch and Keras, an operator on several tensors in ONNX.
    ("Sum", "E102", "`Sum` is called `sum` here, and `add` if it is that of ONNX"),
    ("Expand", "E102", "`Expand` is called `tile` here"),
    ("expand", "E102", "`expand` is called `tile` here"),
    ("max_pol", "E102", f"did you mean `max_pool`? {OPAQUE}"),
    ("atention", "E102", "did you mean `attention`? `attention` is called `multi_head_attention` here"),
    ("BatchNormalizaton", "E102", "did you mean `batchnormalization`? `batchnormalization` is called `batch_norm` here"),
    ("bilstm", "E102", "`bilstm` is written `lstm: {bidirectional: concat}` here"),
    ("cbam", "E102", "`cbam` is written with `mean` and `max` here: over the channels, side by side into a conv, and `multiply`"),
    ("Lambda", "E102", "`Lambda` has no kind here: `opaque: {output: {…}, params: …, macs: …}` stands for it"),
    ("Dropout2d", "E102", "`Dropout2d` is called `spatial_dropout` here"),
    ("PixelShuffle", "E102", "`PixelShuffle` is called `pixel_shuffle` here"),
    ("tf.nn.bias_add", "E102", "`tf.nn.bias_add` has no kind here: it is the `bias` of the layer above"),
    ("SyncBatchNorm", "E102", "`SyncBatchNorm` is called `batch_norm` here"),
    ("spade", "E102", f"`cnncalc layers` lists all kinds; {OPAQUE}"),
    ("bacth_norm", "E102", f"did you mean `batch_norm`? {OPAQUE}"),
    ("qwertz", "E102", f"`cnncalc layers` lists all kinds; {OPAQUE}"),
    # What does something else is not suggested, however few letters differ.
    ("min_pool", "E102", "`min_pool` has no kind here: of the negative map it is `max_pool`; `opaque: {output: {…}, params: …, macs: …}` stands for it"),
    ("cut_pool", "E102", f"`cnncalc layers` lists all kinds; {OPAQUE}"),
    ("depth_norm", "E102", f"`cnncalc layers` lists all kinds; {OPAQUE}"),
    ("Qwertz", "E205", f"a block stands under `blocks:`; `cnncalc layers` lists all kinds; {OPAQUE}"),
])  # fmt: skip
def test_an_unknown_word_is_answered_with_what_is_written_here(word, code, message):
    assert fix(word) == (code, message)


@pytest.mark.parametrize(("word", "message"), [
    ("repeat", ("it is written inside a layer or a block: - conv: {filters: 8, kernel: 3, repeat: 3}; several layers are "
               "repeated as a block: - Stage: {repeat: 3}; as a layer, `repeat` is called `tile` here")),
    ("when", "it is written inside a layer or a block: - conv: {filters: 8, kernel: 3, when: $wide}"),
    ("vars", "`vars:` stands beside `layers:`, not in the list"),
    ("args", "it stands in a block under `blocks:`"),
])  # fmt: skip
def test_a_key_of_the_language_is_no_layer(word, message):
    assert fix(word, value=": {conv: 3}") == ("E102", message)


def test_a_block_alike_is_nearer_than_what_others_call_so():
    head = "blocks: {Shortcuts: {layers: [relu]}}\n"
    assert fix("Shortcut", head=head) == ("E205", "did you mean `Shortcuts`?")
    assert fix("Shortcut") == ("E102", "`Shortcut` is written `add` or `weighted_add` here: with weights it is the second")


def test_defaults_of_an_unknown_kind_are_answered_alike():
    assert fix("relu", head="defaults: {Gemm: {bias: false}}\n") == ("E102", "`Gemm` is called `dense` here: its units are an axis of B")


def test_a_word_of_an_activation_is_answered_alike():
    with pytest.raises(SpecError) as refused:
        cnncalc.loads("input: {channels: 4, size: [8, 8]}\nlayers: [conv: {filters: 1, kernel: 1, activation: swish}]")
    assert refused.value.diagnostics[0].help == "`swish` is called `silu` here"
