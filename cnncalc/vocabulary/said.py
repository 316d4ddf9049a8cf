"""What papers and people say for layers, beside what frameworks call them."""

TITLE = ""
SOURCE = "the papers that the layers name, and what users have asked for"

WORDS = """
act | relu |  | or any other activation
amax | max
amin | min
anchor_free_head | yolo_head: {bins: 16, objectness: false, …}
attention | multi_head_attention
Bidirectional | lstm: {bidirectional: concat} / gru: {bidirectional: concat} / simple_rnn: {bidirectional:
    concat} |  |
    it is a key of the layer that it wraps
BiFPN fusion | weighted_add
C2f | split / concat |  | a block with `from: m.*`
CBAM | mean / max |  | over the channels, side by side into a conv, and `multiply`
class_embedding | class_token
cls_token | class_token
coord_conv | coordinates
crelu | concat |  | of the map and its negative, and `relu` behind it
dcn | deform_conv
deconv | conv_transpose
depthwise | depthwise_conv
dequant | dequantize
dequant_stub | dequantize
dilated_conv | conv: {dilation: 2, …}
drop_connect | drop_path
dynamic_conv | cond_conv
fast_normalized_fusion | weighted_add
fc | dense
fft_conv | conv
fully_connected | dense
grouped_conv | conv: {groups: 2, …}
group_conv | conv: {groups: 2, …}
hourglass |  |  | a block in itself: `when` ends it
linear | dense
local | locally_connected
mhsa | multi_head_attention
nms | opaque |  | `cnncalc calc nms` computes it for given boxes
norm | batch_norm |  | or any other normalisation
pointwise_conv | conv: {kernel: 1, …}
pool | max_pool
pos_embed | positional_embedding
quant | quantize
quant_stub | quantize
register_token | class_token
residual | add |  | `- add: [prev, name]`
ReZero | scale |  | one learnt factor in front of `add`
self_attention | multi_head_attention
separable | separable_conv
skip_connection | add / concat |  | `- add: [prev, name]`
spatial_attention | mean / max |  | over the channels, side by side into a conv, and `multiply`
spectrogram | stft
squeeze_excite |  |  | `global_avg_pool`, two `dense`, and `multiply` with the map
squeeze_excitation |  |  | `global_avg_pool`, two `dense`, and `multiply` with the map
stochastic_depth | drop_path
strided_conv | conv: {stride: 2, …}
swin_attention | multi_head_attention: {window: 7, shift: 3, relative_bias: true, …}
swish | silu
transposed_conv | conv_transpose
unpool | max_unpool
upconv | conv_transpose
window_attention | multi_head_attention: {window: 7, …}
"""
