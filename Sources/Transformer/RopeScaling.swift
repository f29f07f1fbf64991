internal import Foundation
internal import Kernels

/// How rotary frequencies are changed for texts longer than those first trained on.
///
/// Each case is as transformers has it, rounded as PyTorch rounds.
package enum RopeScaling: Sendable, Equatable {
  /// base^(−2i/d).
  case none
  /// Every frequency divided by a factor (Chen et al., 2023).
  case linear(factor: Double)
  /// A text of n tokens, longer than the original length L, has base · (s n/L − (s − 1))^(d/(d−2)),
  /// s the factor; a shorter text the plain base.
  case dynamic(factor: Double, originalLength: Int)
  /// Slow frequencies divided by a factor, fast ones kept, a ramp between.
  case yarn(YaRN)
  /// As Llama 3.1.
  case llama3(Llama3)
  /// Each frequency divided by a factor of its own (Ding et al., 2024).
  case longRope(LongRope)

  /// YaRN (Peng et al., 2023).
  package struct YaRN: Sendable, Equatable {
    /// How far slow frequencies are stretched.
    package var factor: Double
    /// Length of the texts that the model was first trained on.
    package var originalLength: Int
    /// Frequencies with more turns than this over the original length are kept.
    package var fastTurns: Double
    /// Frequencies with fewer turns than this are divided by the factor.
    package var slowTurns: Double
    /// Cosines and sines are multiplied by this.
    package var magnitude: Double
    /// Whether the ramp begins and ends at whole indices.
    package var isTruncated: Bool
  }

  /// The scaling of Llama 3.1.
  package struct Llama3: Sendable, Equatable {
    /// How far slow frequencies are stretched.
    package var factor: Double
    /// Waves longer than the original length / this are stretched.
    package var lowFrequencyFactor: Double
    /// Waves shorter than the original length / this are kept.
    package var highFrequencyFactor: Double
    /// Length of the texts that the model was first trained on.
    package var originalLength: Int
  }

  /// LongRoPE, as Phi-3 has it.
  package struct LongRope: Sendable, Equatable {
    /// One divisor per frequency, for texts of at most the original length.
    package var shortFactors: [Double]
    /// One divisor per frequency, for longer texts.
    package var longFactors: [Double]
    /// Length of the texts that the model was first trained on.
    package var originalLength: Int
    /// Cosines and sines are multiplied by this.
    package var magnitude: Double
  }

  /// The name in `config.json`.
  package var name: String {
    switch self {
    case .none: "default"
    case .linear: "linear"
    case .dynamic: "dynamic"
    case .yarn: "yarn"
    case .llama3: "llama3"
    case .longRope: "longrope"
    }
  }

  /// Most positions of a model, when `max_position_embeddings` is `length`.
  ///
  /// Linear and dynamic scaling keep there the length before scaling; YaRN may have either; the
  /// others have the length after.
  func contextLength(given length: Int) -> Int {
    switch self {
    case .none, .llama3, .longRope: length
    case .linear(let factor), .dynamic(let factor, _): max(length, Int(factor * Double(length)))
    case .yarn(let yarn): max(length, Int(yarn.factor * Double(yarn.originalLength)))
    }
  }

  /// Where the frequencies of a text depend on its length: up to which length they don't.
  var changesBeyond: Int? {
    switch self {
    case .none, .linear, .yarn, .llama3: nil
    case .dynamic(_, let originalLength): originalLength
    case .longRope(let longRope): longRope.originalLength
    }
  }

  /// Texts for which this is the same have the same frequencies.
  func frequencyClass(ofLength length: Int) -> Int {
    switch self {
    case .none, .linear, .yarn, .llama3: 0
    case .dynamic(_, let originalLength): max(length, originalLength)
    case .longRope(let longRope): length > longRope.originalLength ? 1 : 0
    }
  }

  /// What cosines and sines are multiplied by.
  var magnitude: Float {
    switch self {
    case .none, .linear, .dynamic, .llama3: 1
    case .yarn(let yarn): Float(yarn.magnitude)
    case .longRope(let longRope): Float(longRope.magnitude)
    }
  }

  /// Radians per position.
  ///
  /// - Parameters:
  ///   - dimension: rotated elements of a head.
  ///   - base: of the unscaled frequencies.
  ///   - frequencyClass: of the text.
  /// - Returns: `dimension / 2` numbers.
  func frequencies(dimension: Int, base: Double, frequencyClass: Int) -> [Float] {
    let plain = RotaryEmbedding.frequencies(dimension: dimension, base: base)
    switch self {
    case .none:
      return plain
    case .linear(let factor):
      return plain.map { $0 / Float(factor) }
    case .dynamic(let factor, let originalLength):
      let stretch =
        Float(factor) * Float(frequencyClass) / Float(originalLength) - Float(factor - 1)
      let power = pow(Double(stretch), Double(dimension) / Double(dimension - 2))
      return RotaryEmbedding.frequencies(
        dimension: dimension, base: Double(Float(base) * Float(power)))
    case .yarn(let yarn):
      return yarn.frequencies(plain, dimension: dimension, base: base)
    case .llama3(let llama3):
      return plain.map { llama3.scaled($0) }
    case .longRope(let longRope):
      let factors = frequencyClass > 0 ? longRope.longFactors : longRope.shortFactors
      return zip(factors, plain).map { factor, frequency in
        1 / (Float(factor) * (1 / frequency))
      }
    }
  }
}

extension RopeScaling.YaRN {
  /// Ramp r from 0 at the index whose frequency makes `fastTurns` turns to 1 at that with
  /// `slowTurns`: frequency · (1 − r) + frequency / factor · r.
  fileprivate func frequencies(_ plain: [Float], dimension: Int, base: Double) -> [Float] {
    func index(ofTurns turns: Double) -> Double {
      Double(dimension) * log(Double(originalLength) / (turns * 2 * .pi)) / (2 * log(base))
    }
    var (low, high) = (index(ofTurns: fastTurns), index(ofTurns: slowTurns))
    if isTruncated { (low, high) = (low.rounded(.down), high.rounded(.up)) }
    (low, high) = (max(low, 0), min(high, Double(dimension - 1)))
    if low == high { high += 0.001 }
    return plain.enumerated().map { index, frequency in
      let kept = 1 - min(max((Float(index) - Float(low)) / Float(high - low), 0), 1)
      let stretched = 1 / (Float(factor) * (1 / frequency))
      return stretched * (1 - kept) + frequency * kept
    }
  }

  /// 0.1 m ln(factor) + 1.
  static func magnitude(factor: Double, scale: Double = 1) -> Double {
    factor <= 1 ? 1 : 0.1 * scale * log(factor) + 1
  }
}

extension RopeScaling.Llama3 {
  /// Kept, divided by the factor, or between the two by how often its wave fits into the original
  /// length.
  fileprivate func scaled(_ frequency: Float) -> Float {
    let wave = 2 * Float.pi / frequency
    let length = Float(originalLength)
    if wave > Float(Double(originalLength) / lowFrequencyFactor) {
      return frequency / Float(factor)
    }
    if wave < Float(Double(originalLength) / highFrequencyFactor) { return frequency }
    let share =
      (length / wave - Float(lowFrequencyFactor)) / Float(highFrequencyFactor - lowFrequencyFactor)
    return (1 - share) * frequency / Float(factor) + share * frequency
  }
}

extension RopeScaling.LongRope {
  /// √(1 + ln(factor) / ln(original length)).
  static func magnitude(factor: Double, originalLength: Int) -> Double {
    factor <= 1 ? 1 : (1 + log(factor) / log(Double(originalLength))).squareRoot()
  }
}
