import Testing
import WeightChanges

struct WeightKindTests {
  static let names: [(name: String, kind: WeightKind, layer: Int?)] = [
    ("model.embed_tokens.weight", .embedding, nil),
    ("transformer.wpe.weight", .embedding, nil),
    ("lm_head.weight", .head, nil),
    ("model.norm.weight", .norm, nil),
    ("transformer.ln_f.bias", .norm, nil),
    ("model.layers.0.self_attn.q_proj.weight", .query, 0),
    ("model.layers.11.self_attn.k_proj.bias", .key, 11),
    ("model.layers.1.self_attn.v_proj.weight", .value, 1),
    ("model.layers.1.self_attn.o_proj.weight", .attentionOutput, 1),
    ("model.layers.1.self_attn.q_norm.weight", .norm, 1),
    ("model.layers.1.self_attn.qkv_proj.weight", .queryKeyValue, 1),
    ("model.layers.3.mlp.gate_proj.weight", .gate, 3),
    ("model.layers.3.mlp.up_proj.weight", .up, 3),
    ("model.layers.3.mlp.gate_up_proj.weight", .gateUp, 3),
    ("model.layers.3.mlp.down_proj.weight", .down, 3),
    ("model.layers.3.mlp.experts.17.down_proj.weight", .down, 3),
    ("model.layers.3.mlp.gate.weight", .router, 3),
    ("model.layers.3.post_attention_layernorm.weight", .norm, 3),
    ("transformer.h.2.attn.c_attn.weight", .queryKeyValue, 2),
    ("transformer.h.2.attn.c_proj.bias", .attentionOutput, 2),
    ("transformer.h.2.mlp.c_fc.weight", .up, 2),
    ("transformer.h.2.mlp.c_proj.weight", .down, 2),
    ("v_head.summary.weight", .other, nil),
    ("", .other, nil),
  ]

  @Test(arguments: names)
  func `kinds and layers are told by names`(
    expected: (name: String, kind: WeightKind, layer: Int?)
  ) {
    let found = WeightKind.parse(expected.name)
    #expect(found.kind == expected.kind && found.layer == expected.layer)
  }

  @Test func `masks and frequencies are no weights`() {
    #expect(WeightKind.isConstant("transformer.h.0.attn.bias"))
    #expect(WeightKind.isConstant("model.layers.0.self_attn.rotary_emb.inv_freq"))
    #expect(!WeightKind.isConstant("transformer.h.0.attn.c_attn.bias"))
  }
}
