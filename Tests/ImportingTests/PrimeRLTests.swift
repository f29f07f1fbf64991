import Importing
import JSON
import Testing

/// prime-rl's token exports, as its source writes them; no file of a run was at hand.
@Suite struct PrimeRLTests {
  /// A line whose token 0 has fillers of a vocabulary of 8; the prompt is two tokens, one is a tool's.
  private func line(
    version: String = "1", ids: String = "[7,5,3,1,2]",
    mask: String = "[false,false,true,false,true]", sampler: String = "[0.0,0.0,-0.5,0.0,-1.25]",
    trainer: String = "[-2.0794415,-3.0,-0.625,-4.0,null]",
    entropy: String = "[2.0794415,1.0,0.5,0.75,1.5]", ratio: String = "[0.0,-3.0,-0.125,-4.0,null]"
  ) -> String {
    #"{"schema_version":\#(version),"step":3,"rank":1,"micro_step":0,"micro_sequence_idx":0,"#
      + #""export_sequence_idx":4,"env_name":"math","token_ids":\#(ids),"position_ids":[0,1,2,3,4],"#
      + #""loss_mask":\#(mask),"advantages":[0.0,0.0,0.5,0.5,0.5],"#
      + #""inference_logprobs":\#(sampler),"trainer_logprobs":\#(trainer),"entropy":\#(entropy),"#
      + #""mismatch_kl":[0.0,0.0,0.01,0.0,null],"log_importance_ratio":\#(ratio)}"# + "\n"
  }

  @Test func `two models, with the fillers taken away`() throws {
    let found = try dumped(line() + line(), as: .primeRL)
    #expect(found.texts.count == 2)
    let text = found.texts[0]
    #expect(text.id == "3/1/4")
    #expect(text.tokenIDs == [7, 5, 3, 1, 2])
    #expect(text.responseStart == 2)
    #expect(text.responseMask == [true, false, true])
    #expect(text.metadata.map(\.key) == ["step", "env_name"])
    #expect(isSame(text.models[0].logProbability, [.nan, .nan, -0.5, .nan, -1.25]))
    #expect(isSame(text.models[1].logProbability, [.nan, -3, -0.625, -4, .nan]))
    #expect(isSame(text.models[1].entropy, [.nan, 1, 0.5, 0.75, 1.5]))
    #expect(found.source.models.map(\.name) == ["sampler", "trainer"])
    #expect(found.source.models.map(\.hasEntropy) == [false, true])
    #expect(found.source.models.map(\.temperature) == [nil, nil])
    #expect(found.source.hasMask && found.source.hasIDs)
  }

  @Test func `a sampled token that was certain is measured, and a mask without holes is none`()
    throws
  {
    let text = try dumped(
      line(mask: "[0,0,1,1,1]", sampler: "[0.0,0.0,-0.5,0.0,-1]"), as: .primeRL
    ).texts[0]
    #expect(text.responseMask == nil)
    #expect(isSame(text.models[0].logProbability, [.nan, .nan, -0.5, 0, -1]))
  }

  @Test func `where no token has a ratio the sampler wrote none`() throws {
    let found = try dumped(
      line(sampler: "[0.0,0.0,0.0,0.0,0.0]", ratio: "[null,null,null,null,null]"), as: .primeRL)
    #expect(found.texts[0].models[0].logProbability.allSatisfy { $0.isNaN })
    #expect(found.source.notes.contains { $0.hasPrefix("1 texts have no log-probabilities") })
  }

  @Test func `what is wrong names line and column`() {
    expectDumpFault(line() + line(version: "2"), as: .primeRL, "line 2, schema_version: is not 1")
    expectDumpFault("{\"token_ids\":[1]}", as: .primeRL, "line 1: has no 'schema_version'")
    expectDumpFault(
      line(sampler: "[0,-1]"), as: .primeRL,
      "line 1, inference_logprobs: has 2 entries and token_ids 5"
    )
    expectDumpFault(line(mask: "[1]"), as: .primeRL, "loss_mask: has 1 entries")
    expectDumpFault(line(mask: "[0,0,0,0,0]"), as: .primeRL, "no token that counts")
    expectDumpFault(line(mask: "[0,0,2,1,1]"), as: .primeRL, "loss_mask[2]: is neither 0 nor 1")
    expectDumpFault(line(ids: "[7,-5,3,1,2]"), as: .primeRL, "token_ids[1]: is no id of a token")
    expectDumpFault(line(ids: "[7,5,2147483648,1,2]"), as: .primeRL, "token_ids[2]: is no id")
    expectDumpFault(line(ids: "[7,5,3.5,1,2]"), as: .primeRL, "token_ids[2]: is no id")
    expectDumpFault(
      line(trainer: "[-2,-3,0.5,-4,-1]"), as: .primeRL, "trainer_logprobs[2]: is 0.5, and no")
    expectDumpFault(line(trainer: "[-2,\"x\",-1,-4,-1]"), as: .primeRL, "[1]: is no number")
    expectDumpFault(
      line(entropy: "[2,1,-1,1,1]"), as: .primeRL, "entropy[2]: is -1.0, and no entropy")
    expectDumpFault(line(trainer: "3"), as: .primeRL, "trainer_logprobs: is no list")
    expectDumpFault(
      line() + String(line().prefix(90)), as: .primeRL, "line 2: broke off", "sed 2d FILE")
    expectDumpFault(line() + "[1]\n", as: .primeRL, "line 2: has something between its objects")
    expectDumpFault(
      line(trainer: String(repeating: "[", count: 600) + String(repeating: "]", count: 600)),
      as: .primeRL, "line 1: column", "nest deeper")
  }

  @Test func `rounding above 0 is 0, and what is not finite isn't measured`() throws {
    let text = try dumped(
      line(trainer: "[-2,0.03,NaN,-Infinity,-3.4028235e38]"), as: .primeRL
    ).texts[0]
    #expect(isSame(text.models[1].logProbability, [.nan, 0, .nan, .nan, .nan]))
  }
}
