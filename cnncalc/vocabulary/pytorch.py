"""The modules and functions of PyTorch that its dialect does not cover, and those that are written otherwise."""

TITLE = "PyTorch"
SOURCE = "torch.nn and torch of PyTorch 2.13"

WORDS = """
AdaptiveLogSoftmaxWithLoss | opaque
addmm | dense
argsort | opaque
baddbmm | matmul
BCELoss |  |  | a loss is no part of what infers: leave it out
BCEWithLogitsLoss |  |  | a loss is no part of what infers: leave it out
broadcast_to | tile |  | `multiply` and `add` spread axes of size 1 by themselves
CircularPad1d | pad: {mode: circular, …}
clone | identity |  | leave it out
contiguous | identity |  | leave it out
CosineSimilarity | opaque |  | of normalised vectors it is `matmul`
CrossEntropyLoss |  |  | a loss is no part of what infers: leave it out
CrossMapLRN2d | local_response_norm
cumsum | opaque
DataParallel |  |  | it changes no number: write what it wraps
detach | identity |  | `trainable: false` is a key of what is frozen
DistributedDataParallel |  |  | it changes no number: write what it wraps
flip | gather |  | with the indices from the last to the first
GRUCell | gru
L1Loss |  |  | a loss is no part of what infers: leave it out
LayerNorm2d | layer_norm: {axes: channels}
LazyBatchNorm2d | batch_norm
LazyConv1d | conv
LazyConv2d | conv
LazyConv3d | conv
LazyConvTranspose2d | conv_transpose
LazyLinear | dense | units: out_features
LSTMCell | lstm
masked_fill | identity |  | as the mask of an attention it changes no count
ModuleDict |  |  | its layers are written where they are used, one to an item
ModuleList |  |  | its layers are written where they are used, one to an item; `repeat` makes copies
movedim | permute
MSELoss |  |  | a loss is no part of what infers: leave it out
NLLLoss |  |  | a loss is no part of what infers: leave it out
NonDynamicallyQuantizableLinear | dense
PairwiseDistance | opaque |  | `subtract` and a sum of squares
pixel_unshuffle | space_to_depth
repeat_interleave | upsample / gather |  | the first where every place is repeated alike
ReflectionPad1d | pad: {mode: reflect, …}
ReplicationPad1d | pad: {mode: replicate, …}
RNNCell | simple_rnn
roll | gather |  | with the indices moved around
rsub | subtract |  | from a number it is `rescaling`
scaled_dot_product_attention | multi_head_attention |  | which has the projections besides; without them it is
    matmul, softmax, matmul
scatter_add | opaque
Sequential |  |  | its layers are the list under `layers:`, or under a block of `blocks:`
SmoothL1Loss |  |  | a loss is no part of what infers: leave it out
swapaxes | permute
SyncBatchNorm | batch_norm
Transformer |  |  | a block of multi_head_attention, add, layer_norm and dense; `cnncalc init` has a template
TransformerDecoder |  |  | a block of multi_head_attention, add, layer_norm and dense, with `repeat`
TransformerDecoderLayer |  |  | a block of multi_head_attention, add, layer_norm and dense
TransformerEncoder |  |  | a block of multi_head_attention, add, layer_norm and dense, with `repeat`
TransformerEncoderLayer |  |  | a block of multi_head_attention, add, layer_norm and dense
triu | identity |  | as the mask of an attention it changes no count
unbind | split
UpsamplingBilinear2d | upsample: {mode: linear, …} | scale: scale_factor
UpsamplingNearest2d | upsample | scale: scale_factor
ZeroPad1d | pad | amount: padding
"""
