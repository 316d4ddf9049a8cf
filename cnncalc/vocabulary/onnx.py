"""The operators of ONNX: the domain ai.onnx, as far as networks that infer use it."""

TITLE = "ONNX"
SOURCE = "Operators.md of ONNX, opset 21"

WORDS = """
Abs | abs
Acos | opaque
Acosh | opaque
Add | add |  | of a constant it is the `bias` of the layer above
AffineGrid | affine_grid
And | opaque
ArgMax | opaque
ArgMin | opaque
Asin | opaque
Asinh | opaque
Atan | opaque
Atanh | opaque
AveragePool | avg_pool | size: kernel_shape, stride: strides, padding: pads, ceil: ceil_mode
BatchNormalization | batch_norm | eps: epsilon
Bernoulli | opaque
BitShift | opaque
BitwiseAnd | opaque
BitwiseNot | opaque
BitwiseOr | opaque
BitwiseXor | opaque
BlackmanWindow |  |  | the window of `stft` is part of it
Cast | identity |  | a `dtype` is a key of the layer above
CastLike | identity |  | a `dtype` is a key of the layer above
Ceil | opaque
Celu | celu
CenterCropPad | crop / pad | size: shape
Clip | hard_tanh |  | from 0 to 6 it is `relu6`
Col2Im | fold | size: image_shape, kernel: block_shape, stride: strides, padding: pads, dilation: dilations
Compress | gather | indices: condition
Concat | concat
Constant | constant / parameter |  | what is learnt is `parameter`; numbers are written as keys
ConstantOfShape | constant
Conv | conv / depthwise_conv | kernel: kernel_shape, stride: strides, padding: pads, dilation: dilations,
    groups: group |
    its filters are the first axis of W; with as many groups as channels it is the second
ConvInteger | conv / depthwise_conv | kernel: kernel_shape, stride: strides, padding: pads, dilation:
    dilations, groups: group |
    with `dtype: int8`
ConvTranspose | conv_transpose | kernel: kernel_shape, stride: strides, padding: pads, dilation: dilations,
    groups: group, output_size: output_shape
Cos | opaque
Cosh | opaque
CumSum | opaque
DFT | stft |  | for frames of a signal; elsewhere `opaque`
DeformConv | deform_conv | kernel: kernel_shape, stride: strides, padding: pads, dilation: dilations,
    groups: group,
    offset_groups: offset_group
DepthToSpace | depth_to_space | factor: blocksize | with `mode: CRD` it is `pixel_shuffle`
DequantizeLinear | dequantize | scale: x_scale, zero_point: x_zero_point
Det | opaque
Div | opaque |  | by a number it is `rescaling`
Dropout | dropout | rate: ratio
DynamicQuantizeLinear | quantize
Einsum | matmul / bilinear | axes: equation
Elu | elu
Equal | opaque
Erf | opaque |  | with the operators around it, it is often `gelu`
Exp | exponential
Expand | tile | times: shape
EyeLike |  |  | numbers are written where they are used
Flatten | flatten
Floor | opaque
GRU | gru | units: hidden_size, bidirectional: direction, reset_after: linear_before_reset |
    a gate has two biases, as under `dialect: torch`
Gather | gather / embedding |  | of a table of weights it is the second
GatherElements | opaque
GatherND | opaque
Gelu | gelu
Gemm | dense |  | its units are an axis of B
GlobalAveragePool | global_avg_pool: {keep_size: true}
GlobalLpPool | lp_pool |  | with the size of the map
GlobalMaxPool | global_max_pool: {keep_size: true}
Greater | opaque
GreaterOrEqual | opaque
GridSample | grid_sample
GroupNormalization | group_norm | groups: num_groups, eps: epsilon
HammingWindow |  |  | the window of `stft` is part of it
HannWindow |  |  | the window of `stft` is part of it
HardSigmoid | hard_sigmoid
HardSwish | hard_swish
Hardmax | opaque
Identity | identity
If |  |  | write the branch that is taken; `when` chooses by a variable
InstanceNormalization | instance_norm | eps: epsilon
IsInf | opaque
IsNaN | opaque
LRN | local_response_norm | k: bias
LSTM | lstm | units: hidden_size, bidirectional: direction | a gate has two biases, as under `dialect: torch`
LayerNormalization | layer_norm | axes: axis, eps: epsilon
LeakyRelu | leaky_relu | slope: alpha
Less | opaque
LessOrEqual | opaque
Log | opaque
LogSoftmax | log_softmax
Loop |  |  | `repeat` writes its body as often as it runs, `reuse` with the same weights
LpNormalization | l2_norm | axes: axis
LpPool | lp_pool | size: kernel_shape, stride: strides, ceil: ceil_mode
MatMul | matmul / dense |  | times weights it is the second, with `bias: false`
MatMulInteger | matmul / dense |  | with `dtype: int8`
Max | maximum
MaxPool | max_pool | size: kernel_shape, stride: strides, padding: pads, dilation: dilations, ceil: ceil_mode
MaxRoiPool | roi_pool | size: pooled_shape, scale: spatial_scale
MaxUnpool | max_unpool | size: kernel_shape, stride: strides, padding: pads, output_size: output_shape
Mean | average
MeanVarianceNormalization | instance_norm: {affine: false} |  | unless `axes` names the batch as well
MelWeightMatrix | mel_spectrogram | mels: num_mel_bins, n_fft: dft_length
Min | minimum
Mish | mish
Mod | opaque
Mul | multiply |  | of a learnt constant it is `scale`
Multinomial | opaque
Neg | rescaling: {scale: -1}
NegativeLogLikelihoodLoss | opaque
NonMaxSuppression | opaque |  | `cnncalc calc nms` computes it for given boxes
NonZero | opaque
Not | opaque
OneHot | opaque
Or | opaque
PRelu | prelu
Pad | pad | amount: pads
Pow | opaque
QLinearConv | conv / depthwise_conv | kernel: kernel_shape, stride: strides, padding: pads, dilation:
    dilations, groups: group |
    with `dtype: int8`
QLinearMatMul | matmul / dense |  | with `dtype: int8`
QuantizeLinear | quantize | scale: y_scale, zero_point: y_zero_point
RNN | simple_rnn | units: hidden_size, bidirectional: direction | it has two biases, as under `dialect: torch`
RandomNormal |  |  | noise that a network draws is another of its `inputs`
RandomNormalLike | gaussian_noise | rate: scale
RandomUniform |  |  | noise that a network draws is another of its `inputs`
RandomUniformLike | opaque
Range |  |  | numbers are written where they are used
Reciprocal | opaque
ReduceL1 | abs + sum | axis: axes, keep: keepdims | one after the other
ReduceL2 | opaque |  | with a division behind it, it is `l2_norm`
ReduceLogSum | opaque
ReduceLogSumExp | opaque
ReduceMax | max | axis: axes, keep: keepdims
ReduceMean | mean | axis: axes, keep: keepdims
ReduceMin | min | axis: axes, keep: keepdims
ReduceProd | opaque
ReduceSum | sum | axis: axes, keep: keepdims
ReduceSumSquare | multiply + sum | axis: axes, keep: keepdims | one after the other
Relu | relu
Reshape | reshape | to: shape
Resize | resize / upsample | size: sizes, scale: scales
ReverseSequence | gather |  | with the indices from the last to the first
RoiAlign | roi_align | scale: spatial_scale, sampling: sampling_ratio
Round | opaque
STFT | stft | hop: frame_step, n_fft: frame_length
Scan |  |  | `repeat` writes its body as often as it runs, `reuse` with the same weights
Scatter | opaque
ScatterElements | opaque
ScatterND | opaque
Selu | selu
Shape |  |  | sizes are numbers: write them, or an expression such as `$cin`
Shrink | soft_shrink / hard_shrink | threshold: lambd | without a `bias` it is the second
Sigmoid | sigmoid
Sign | opaque
Sin | opaque
Sinh | opaque
Size |  |  | sizes are numbers: write them, or an expression such as `$cin`
Slice | slice | axis: axes
Softmax | softmax
SoftmaxCrossEntropyLoss | opaque
Softplus | softplus
Softsign | softsign
SpaceToDepth | space_to_depth | factor: blocksize
Split | split | sizes: split, parts: num_outputs
SplitToSequence | split | sizes: split
Sqrt | opaque
Squeeze | squeeze | axis: axes
Sub | subtract
Sum | add
Tan | opaque
Tanh | tanh
ThresholdedRelu | threshold | threshold: alpha
Tile | tile | times: repeats
TopK | opaque
Transpose | permute | axes: perm
Trilu | opaque |  | as the mask of an attention it changes no count
Unique | opaque
Unsqueeze | unsqueeze | axis: axes
Upsample | upsample | scale: scales
Where | opaque |  | as the mask of an attention it changes no count
Xor | opaque
"""
