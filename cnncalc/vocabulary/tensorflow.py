"""The operations of TensorFlow: of tf and tf.nn, and as nodes of a graph."""

TITLE = "TensorFlow"
SOURCE = "tf.nn, tf.raw_ops and tf.compat.v1.layers of TensorFlow 2.21"

WORDS = """
AddN | add
AddV2 | add
atrous_conv2d | conv: {dilation: 2, …}
avg_pool2d | avg_pool
batch_normalization | batch_norm
batch_to_space | opaque |  | around a convolution it is the `dilation` of that
BatchMatMul | matmul
BatchMatMulV2 | matmul
BatchToSpaceND | opaque |  | around a convolution it is the `dilation` of that
bias_add |  |  | it is the `bias` of the layer above
BiasAdd |  |  | it is the `bias` of the layer above
ConcatV2 | concat
Const |  |  | numbers are written where they are used
Conv2DBackpropInput | conv_transpose
conv2d_transpose | conv_transpose
Conv3DBackpropInputV2 | conv_transpose
CropAndResize | roi_align
crop_and_resize | roi_align
depthwise_conv2d | depthwise_conv
DepthwiseConv2dNative | depthwise_conv
divide | opaque |  | by a number it is `rescaling`
embedding_lookup | embedding
expand_dims | unsqueeze
ExpandDims | unsqueeze
extract_patches | unfold
FakeQuantWithMinMaxVars | quantize
fractional_max_pool | fractional_max_pool
FullyConnected | dense
fully_connected | dense
FusedBatchNorm | batch_norm
FusedBatchNormV3 | batch_norm
L2Norm | l2_norm
l2_normalize | l2_norm
lrn | local_response_norm
MirrorPad | pad: {mode: reflect, …}
moments | mean |  | mean and variance; with what follows it is a norm
OneHot | opaque
one_hot | opaque
Pack | stack
PadV2 | pad
Placeholder |  |  | it is the `input` of the file
pool | max_pool |  | or avg_pool, whichever `pooling_type` says
RealDiv | opaque |  | by a number it is `rescaling`
reduce_max | max
reduce_mean | mean
reduce_min | min
reduce_sum | sum
resize_bilinear | resize
resize_nearest_neighbor | resize: {mode: nearest, …}
ResizeBilinear | resize
ResizeNearestNeighbor | resize: {mode: nearest, …}
ReverseV2 | gather |  | with the indices from the last to the first
Rsqrt | opaque |  | with mean and variance it is a norm
space_to_batch | opaque |  | around a convolution it is the `dilation` of that
SpaceToBatchND | opaque |  | around a convolution it is the `dilation` of that
SquaredDifference | opaque
strided_slice | slice
StridedSlice | slice
TransposeConv | conv_transpose
Unpack | split
VarHandleOp |  |  | numbers are written where they are used
"""
