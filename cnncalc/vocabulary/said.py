"""What papers and people say for layers, beside what frameworks call them."""

TITLE = ""
SOURCE = "the papers that the layers name, and what users have asked for"

WORDS = """
aconc | opaque
act | relu |  | or any other activation
adain | instance_norm: {affine: false} |  | with scale and shift from outside by `multiply` and `add`
affine | scale: {axes: channels, shift: true}
amax | max
amin | min
anchor | anchor_boxes
anchor_free_head | yolo_head: {bins: 16, objectness: false, …}
anchors | anchor_boxes
arcface | dense: {bias: false, …} |  | behind `l2_norm`
aspp | conv: {dilation: 6, …} + concat |  | a block of convolutions that read the same map
atrous | conv: {dilation: 2, …}
atrous_conv | conv: {dilation: 2, …}
attention | multi_head_attention
bce |  |  | a loss is no part of what infers: leave it out
bi_lstm | lstm: {bidirectional: concat}
Bidirectional | lstm: {bidirectional: concat} / gru: {bidirectional: concat} / simple_rnn: {bidirectional:
    concat} |  | it is a key of the layer that it wraps
bifpn | weighted_add + resize |  | one weighted sum for each level
BiFPN fusion | weighted_add
bigru | gru: {bidirectional: concat}
bilstm | lstm: {bidirectional: concat}
bottleneck |  |  | a block of its own: `blocks: {Bottleneck: {layers: […]}}`
branch |  |  | each branch begins with `from: NAME`, and `concat` or `add` joins them
C2f | split + concat |  | a block with `from: m.*`
causal_conv | conv: {padding: causal, …}
CBAM | mean + max |  | over the channels, side by side into a conv, and `multiply`
clamp | hard_tanh |  | from 0 to 6 it is `relu6`
class_embedding | class_token
cls_token | class_token
conditional_norm | batch_norm: {scale: false, center: false} |  | with scale and shift from outside by
    `multiply` and `add`
conv_block |  |  | a block of its own: `blocks: {ConvBlock: {layers: […]}}`
conv_bn_relu | conv |  | `norm: batch_norm` and `activation: relu` are keys of it
coord_conv | coordinates
cosine | opaque |  | of normalised vectors it is `matmul`
cosine_similarity | opaque |  | of normalised vectors it is `matmul`
crelu | concat |  | of the map and its negative, and `relu` behind it
cross_attention | multi_head_attention |  | `from: [query, key]`
cross_entropy |  |  | a loss is no part of what infers: leave it out
custom | opaque
cutout | identity |  | it augments data in training alone: leave it out
dcn | deform_conv
decoder |  |  | a block of its own, or more items of the list: a network has no parts by name but blocks
deconv | conv_transpose
deformable_conv | deform_conv
dense_block |  |  | a block with `- concat: [prev, input]`, and `repeat`
dense_connection | concat |  | `- concat: [prev, name]`
depthwise | depthwise_conv
dequant | dequantize
dequant_stub | dequantize
dice |  |  | a loss is no part of what infers: leave it out
dilated_conv | conv: {dilation: 2, …}
div | opaque |  | by a number it is `rescaling`
divide | opaque |  | by a number it is `rescaling`
downsample | avg_pool / conv: {stride: 2, …} / resize |  | whichever it is
drop | dropout
drop_block | identity |  | it drops in training alone: leave it out
drop_connect | drop_path
dropblock | identity |  | it drops in training alone: leave it out
dropconnect | identity |  | it drops in training alone: leave it out
dynamic_conv | cond_conv
dynamic_relu | opaque
eca |  |  | `global_avg_pool`, a `conv` along the channels, `sigmoid` and `multiply` with the map
encoder |  |  | a block of its own, or more items of the list: a network has no parts by name but blocks
end |  |  | the last item of the list is the output; `outputs:` names others
fake_quant | quantize
fast_normalized_fusion | weighted_add
fc | dense
feed_forward | dense |  | two of them with an activation between
ffn | dense |  | two of them with an activation between
fft_conv | conv
film | multiply + add |  | scale and shift from outside, one after the other
for |  |  | `repeat` writes a layer or block as often as it says
fpn | upsample + add |  | a 1×1 conv of the lower map, added to the upsampled one
fully_connected | dense
gap | global_avg_pool
gat | opaque
gated_conv | conv + glu |  | twice as many filters, and glu behind them
gcn | opaque
geglu | dense + multiply |  | two `dense`, gelu behind one of them
gem | opaque
generalized_mean_pool | opaque
ghost | conv + depthwise_conv + concat |  | the depthwise one reads the other, and concat joins them
global_average_pooling | global_avg_pool
global_pool | global_avg_pool
gmp | global_max_pool
graph_conv | opaque
grn | global_response_norm
group_conv | conv: {groups: 2, …}
group_query_attention | multi_head_attention: {kv_heads: 2, …}
grouped_conv | conv: {groups: 2, …}
head |  |  | a block of its own, or more items of the list: a network has no parts by name but blocks
highway | multiply + add |  | a gate of `sigmoid` and its complement
hinge |  |  | a loss is no part of what infers: leave it out
hourglass |  |  | a block in itself: `when` ends it
hsigmoid | hard_sigmoid
hswish | hard_swish
inception |  |  | a block whose branches begin with `from: input`, and `concat` joins them
indrnn | opaque
inverted_bottleneck |  |  | a block: conv of kernel 1, depthwise_conv, conv of kernel 1, and add
inverted_residual |  |  | a block: conv of kernel 1, depthwise_conv, conv of kernel 1, and add
kan | opaque
l2_normalize | l2_norm
l2_pool | lp_pool
layer |  |  | the kind is the key: `- conv: {filters: 64, kernel: 3}`
linear | dense
local | locally_connected
loss |  |  | a loss is no part of what infers: leave it out
mamba | opaque
max_out | maximum |  | of the parts of a split
maxout | maximum |  | of the parts of a split
mbconv |  |  | a block: conv of kernel 1, depthwise_conv, `multiply` of squeeze and excitation, conv of
    kernel 1, add
merge | add / concat / multiply |  | whichever it is
mha | multi_head_attention
mhsa | multi_head_attention
min_pool | opaque |  | of the negative map it is `max_pool`
minimal_gru | opaque
minus | subtract
mixup | identity |  | it augments data in training alone: leave it out
mlp | dense |  | two of them with an activation between
module |  |  | several networks of a file stand under `models:`, parts of one under `blocks:`
mse |  |  | a loss is no part of what infers: leave it out
neck |  |  | a block of its own, or more items of the list: a network has no parts by name but blocks
nms | opaque |  | `cnncalc calc nms` computes it for given boxes
none | identity |  | leave it out
noop | identity
norm | batch_norm |  | or any other normalisation
octave_conv | conv + avg_pool + upsample + add |  | four convolutions between two maps
ones |  |  | numbers are written where they are used
output |  |  | the last item of the list is the output; `outputs:` names others
outputs |  |  | the last item of the list is the output; `outputs:` beside `layers:` names others
overlap_patch_embed | conv: {kernel: 7, stride: 4, …}
padding | pad
panet | upsample + conv + concat |  | up the pyramid and down again
parallel |  |  | each branch begins with `from: NAME`, and `concat` or `add` joins them
partial_conv | opaque |  | the counts are those of `conv`
pass | identity
patch_embed | conv: {kernel: 16, stride: 16, …} |  | kernel and stride are the size of a patch; `reshape`
    makes tokens of it
patch_embedding | conv: {kernel: 16, stride: 16, …} |  | kernel and stride are the size of a patch;
    `reshape` makes tokens of it
patch_merging | space_to_depth + dense |  | one after the other, with a layer_norm between
patchify | conv: {kernel: 16, stride: 16, …} |  | kernel and stride are the size of a patch
pixel_norm | rms_norm |  | without its weights: `opaque` if they matter
plus | add
pointwise | conv: {kernel: 1, …}
pointwise_conv | conv: {kernel: 1, …}
pool | max_pool
pos_embed | positional_embedding
pos_encoding | positional_embedding
positional_encoding | positional_embedding |  | if it is learnt; a fixed one has no weights: leave it out
ppm | adaptive_avg_pool + resize + concat |  | one pool for each level of the pyramid
prediction | dense |  | or a conv of kernel 1
predictions | dense |  | or a conv of kernel 1
ps_roi_pool | opaque
psp | adaptive_avg_pool + resize + concat |  | one pool for each level of the pyramid
qkv | dense |  | `multi_head_attention` has it in itself
qrnn | opaque
quant | quantize
quant_stub | quantize
rearrange | permute + reshape |  | one after the other, as the pattern says
register_token | class_token
reglu | dense + multiply |  | two `dense`, relu behind one of them
repeat_block |  |  | `repeat` is a key of every item
res_block |  |  | a block that ends in `- add: [prev, input]`
resblock |  |  | a block that ends in `- add: [prev, input]`
residual | add |  | `- add: [prev, name]`
residual_block |  |  | a block that ends in `- add: [prev, input]`
resize_conv | resize + conv |  | one after the other
reverse | gather |  | with the indices from the last to the first
ReZero | scale |  | one learnt factor in front of `add`
rope | identity |  | rotary positions have no weights: leave them out
rotary | identity |  | rotary positions have no weights: leave them out
rotary_embedding | identity |  | rotary positions have no weights: leave them out
s4 | opaque
se |  |  | `global_avg_pool`, two `dense`, and `multiply` with the map
se_block |  |  | `global_avg_pool`, two `dense`, and `multiply` with the map
self_attention | multi_head_attention
senet |  |  | `global_avg_pool`, two `dense`, and `multiply` with the map
sepconv | separable_conv
sep_conv | separable_conv
separable | separable_conv
sequential |  |  | its layers are the list under `layers:`, or under a block of `blocks:`
shared |  |  | `- reuse: {layer: NAME, from: OTHER}` uses weights again
shift | opaque |  | what is added to every channel is `scale: {shift: true}`
shuffle | channel_shuffle
sinusoidal |  |  | fixed positions have no weights: leave them out
skip | add / concat |  | `- add: [prev, name]`
skip_connection | add / concat |  | `- add: [prev, name]`
snake | opaque
softmax_loss | softmax
sort | opaque
spatial_attention | mean + max |  | over the channels, side by side into a conv, and `multiply`
spectrogram | stft
sppf | max_pool + concat |  | three pools of stride 1, one behind the other, side by side
squeeze_excitation |  |  | `global_avg_pool`, two `dense`, and `multiply` with the map
squeeze_excite |  |  | `global_avg_pool`, two `dense`, and `multiply` with the map
sru | opaque
ssm | opaque
stochastic_depth | drop_path
stochastic_pool | opaque
strided_conv | conv: {stride: 2, …}
subpixel | pixel_shuffle
subpixel_conv | conv + pixel_shuffle |  | one after the other
sum_merge | add
sum_pool | opaque |  | `avg_pool`, times the elements of a window
swiglu | dense + multiply |  | two `dense`, silu behind one of them
swin_attention | multi_head_attention: {window: 7, shift: 3, relative_bias: true, …}
swish | silu
switchable_norm | opaque
sync_batch_norm | batch_norm
sync_bn | batch_norm
tcn | conv: {padding: causal, dilation: 2, …} |  | in a block that ends in add
telu | opaque
temporal_conv | conv |  | along the axis of time; `padding: causal` looks at the past alone
time |  |  | a sequence is a map of one axis: {channels: C, size: [L]}
tokenizer |  |  | data are prepared before the `input`, which is {tokens: N}
transformer |  |  | a block of multi_head_attention, add, layer_norm and dense, with `repeat`
transformer_block |  |  | a block of multi_head_attention, add, layer_norm and dense
transformer_encoder |  |  | a block of multi_head_attention, add, layer_norm and dense, with `repeat`
transition | conv: {kernel: 1, …} + avg_pool |  | one after the other
transposed_conv | conv_transpose
unpool | max_unpool
up | upsample / conv_transpose |  | whichever it is
upconv | conv_transpose
upsampling | upsample
wavenet | conv: {padding: causal, dilation: 2, …} |  | in a block with a gate and an add
weight_standardization | conv |  | it changes no count
while |  |  | `repeat` writes a layer or block as often as it says
window_attention | multi_head_attention: {window: 7, …}
window_partition | reshape + permute |  | `multi_head_attention: {window: 7, …}` has it in itself
wrapper | time_distributed / spectral_norm |  | whichever it is
zero_pad | pad
zero_padding | pad
zeros |  |  | numbers are written where they are used
"""

KEYS = """
act_layer | activation
architecture | layers, models
batch_first | dialect
bn | norm
bottom | from
channels | filters, units
channels_out | filters, units
d_model | dim, units
dilations | dilation
dim | axis, units
dims | axes, axis
drop_rate | rate
factor | scale
feature_maps | filters
framework | dialect
groups_num | groups
hidden | units
hidden_dim | units
hidden_size | units
id | name
in | from
inbound | from
inbound_nodes | from
input | from
inputs | from
keep_prob | rate
kernel_shape | kernel, size
ksize | kernel, size
label | name
loop | repeat
modules | layers
n | repeat
n_filters | filters
net | layers
network | layers, models
neurons | units
nonlinearity | activation
norm_layer | norm
normalization | norm
normalize | norm
num_channels | filters
num_classes | units
num_filters | filters
num_layers | layers, repeat
num_units | units
operands | from
out | units, filters
out_channels | filters, units
out_dim | units, dim
out_features | units, filters
output | units, filters, output
output_dim | units, dim
parameters | params
parents | from
pool | size
pool_kernel | size
pool_size | size
prob | rate
probability | rate
repeats | repeat
scale_factor | scale
source | from
sources | from
src | from
steps | stride
times | repeat
top | name
variables | vars
width | size, units
window | size, kernel
"""
"""What people say for keys, and the keys that may be meant, of which the first that there is counts."""
