"""The sections of Darknet's cfg files, those of its successors included."""

TITLE = "Darknet"
SOURCE = "src/parser.c of pjreddie/darknet and AlexeyAB/darknet"

WORDS = """
activation | relu / leaky_relu / silu |  | whichever `activation` says
avg | global_avg_pool
avgpool | global_avg_pool
batchnorm | batch_norm
conn | dense | units: output, norm: batch_normalize
connected | dense | units: output, norm: batch_normalize
contrastive | opaque |  | a loss is no part of what infers: leave it out
conv | conv / depthwise_conv | kernel: size, padding: pad padding, stride: stride_x stride_y, norm:
    batch_normalize |
    `pad=1` is `padding: half`; with as many groups as channels it is the second
conv_lstm | conv_lstm | filters: output, kernel: size, padding: pad padding
convolutional | conv / depthwise_conv | kernel: size, padding: pad padding, stride: stride_x stride_y,
    norm: batch_normalize | `pad=1` is `padding: half`; with as many groups as channels it is the second
cost |  |  | a loss is no part of what infers: leave it out
crnn | opaque
crop | crop | size: crop_height crop_width
deconv | conv_transpose | kernel: size, padding: pad padding, norm: batch_normalize
deconvolutional | conv_transpose | kernel: size, padding: pad padding, norm: batch_normalize
detection | yolo_head: {shared: true, …} | anchors: num |
    behind `reshape`, for `connected` gives a vector; it is the head of the first YOLO
dropout | dropout | rate: probability
empty | identity
Gaussian_yolo | opaque |  | its boxes have four numbers more than those of `yolo_head`
gru | gru | units: output
history | concat |  | of the map and as many as it remembers
implicit | parameter
iseg | identity
l2norm | l2_norm
local | locally_connected | kernel: size, padding: pad
local_avg | avg_pool
local_avgpool | avg_pool
logistic | sigmoid
lrn | local_response_norm | k: kappa
lstm | lstm | units: output
max | max_pool | stride: stride_x stride_y
maxpool | max_pool | stride: stride_x stride_y | its sizes are those of `padding: same`
net |  |  | its height, width and channels are the `input` of the file
network |  |  | its height, width and channels are the `input` of the file
normalization | local_response_norm | k: kappa
region | yolo_head | anchors: num
reorg | space_to_depth | factor: stride
reorg3d | space_to_depth | factor: stride
rnn | simple_rnn | units: hidden | with a `dense` of `output` units behind it
route | concat / split / identity | from: layers, parts: groups |
    with `groups` it is one part of a split, and of one layer alone just the `from` of what follows
sam | multiply
scale_channels | multiply
shortcut | add / weighted_add | normalise: weights_normalization, per: weights_type | with weights it is
    the second
silence | identity
soft | softmax
softmax | softmax
upsample | upsample | scale: stride
yolo | yolo_head | anchors: mask
"""
