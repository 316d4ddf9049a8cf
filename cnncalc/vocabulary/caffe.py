"""The layers of Caffe that its dialect does not cover: what they are, not by which rules they are computed."""

TITLE = "Caffe"
SOURCE = "caffe.proto of Caffe 1.0, SSD's fork included"

WORDS = """
AbsVal | abs
Accuracy |  |  | a measure is no part of what infers: leave it out
ArgMax | opaque
BNLL | softplus
BatchNorm | batch_norm: {scale: false, center: false} |  | with the `Scale` behind it, `batch_norm`
BatchReindex | opaque
Bias | opaque |  | behind a layer with weights it is the `bias` of that
Crop | crop
Data |  |  | it is the `input` of the file
DetectionOutput | opaque |  | `cnncalc calc nms` computes it for given boxes
Embed | embedding | vocab: input_dim, dim: num_output
Exp | exponential
Im2col | unfold | kernel: kernel_size, padding: pad
Input |  |  | it is the `input` of the file
Interp | resize
LSTM | lstm | units: num_output
Log | opaque
MVN | instance_norm: {affine: false}
Normalize | l2_norm
PReLU | prelu | shared: channel_shared
PSROIPooling | opaque
Parameter | parameter
Permute | permute | axes: order
Power | rescaling | offset: shift | with another `power` than 1, it is `opaque`
Pooling | max_pool / avg_pool |  | whichever `pool` says
PriorBox | anchor_boxes | ratios: aspect_ratio, scales: min_size
Python | opaque
RNN | simple_rnn | units: num_output
ROIPooling | roi_pool | size: pooled_h pooled_w, scale: spatial_scale
Reduction | sum / mean
Reshape | reshape | to: shape
SPP | adaptive_max_pool + concat |  | one pool for each level of the pyramid, flattened
Scale | scale: {axes: channels} | shift: bias_term | behind `BatchNorm` it is part of `batch_norm`
Slice | split / slice | sizes: slice_point
SoftmaxWithLoss | softmax
Tile | tile | times: tiles
Upsample | upsample
"""
