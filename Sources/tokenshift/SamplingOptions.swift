import ArgumentParser
import Study

/// How responses are drawn.
struct SamplingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Responses to each prompt.", valueName: "N"))
  var samples = 1

  @Option(help: ArgumentHelp("Most tokens of a response.", valueName: "N"))
  var maxTokens = 256

  @Option(help: ArgumentHelp("Divides the logits; 0 takes the most likely token.", valueName: "T"))
  var temperature = 1.0

  @Option(
    help: ArgumentHelp(
      "Choose among the most likely tokens that hold this much probability.", valueName: "P"))
  var topP = 1.0

  @Option(
    help: ArgumentHelp(
      "Of all random choices; the same seed gives the same responses.", valueName: "N"))
  var seed: UInt64 = 0

  func validate() throws {
    guard samples > 0 else { throw ValidationError("--samples must be positive") }
    guard maxTokens > 0 else { throw ValidationError("--max-tokens must be positive") }
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("--temperature must be 0 or more")
    }
    guard topP > 0, topP <= 1 else { throw ValidationError("--top-p goes from above 0 to 1") }
  }

  var settings: ResponseSampling.Settings {
    var settings = ResponseSampling.Settings()
    settings.samples = samples
    settings.maximumTokens = maxTokens
    settings.temperature = temperature
    settings.topP = topP
    settings.seed = seed
    return settings
  }
}
