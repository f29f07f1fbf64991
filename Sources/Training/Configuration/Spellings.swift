// How configurations spell the choices that carry a number.

extension LossAggregation {
  static let spellings = "token-mean, sequence-mean, sequence-sum, fixed-length-N"

  private static let fixedLengthPrefix = "fixed-length-"

  init?(spelling: String) {
    switch spelling {
    case "token-mean": self = .tokenMean
    case "sequence-mean": self = .sequenceMeanOfTokenMeans
    case "sequence-sum": self = .sequenceMeanOfTokenSums
    default:
      guard spelling.hasPrefix(Self.fixedLengthPrefix),
        let length = Int(spelling.dropFirst(Self.fixedLengthPrefix.count)), length > 0
      else { return nil }
      self = .sequenceMeanOverFixedLength(length)
    }
  }

  var spelling: String {
    switch self {
    case .tokenMean: "token-mean"
    case .sequenceMeanOfTokenMeans: "sequence-mean"
    case .sequenceMeanOfTokenSums: "sequence-sum"
    case .sequenceMeanOverFixedLength(let length): "\(Self.fixedLengthPrefix)\(length)"
    }
  }
}

extension ClipRange {
  static let spellings = "none, one number (0.2), or low/high (0.2/0.28)"

  /// A range, nothing for `none`, nil for what is neither.
  static func parse(_ spelling: String) -> ClipRange?? {
    if spelling == "none" { return .some(nil) }
    let parts = spelling.split(separator: "/", omittingEmptySubsequences: false)
      .map { Double($0) }
    guard (1...2).contains(parts.count), let low = parts[0], let high = parts[parts.count - 1],
      (0...1).contains(low), high >= 0, high.isFinite
    else { return nil }
    return ClipRange(low: low, high: high)
  }

  static func spell(_ range: ClipRange?) -> String {
    range.map { "\($0.low)/\($0.high)" } ?? "none"
  }
}

extension LengthPenalty {
  static let spellings = "none, a number per token, or overlong-LIMIT/MARGIN"

  private static let overlongPrefix = "overlong-"

  init?(spelling: String) {
    if spelling == "none" {
      self = .none
    } else if let price = Double(spelling), price.isFinite {
      self = .perToken(price)
    } else if spelling.hasPrefix(Self.overlongPrefix) {
      let parts = spelling.dropFirst(Self.overlongPrefix.count).split(separator: "/")
        .compactMap { Int($0) }
      guard parts.count == 2, parts[1] > 0, parts[1] <= parts[0] else { return nil }
      self = .overlong(limit: parts[0], margin: parts[1])
    } else {
      return nil
    }
  }

  var spelling: String {
    switch self {
    case .none: "none"
    case .perToken(let price): "\(price)"
    case .overlong(let limit, let margin): "\(Self.overlongPrefix)\(limit)/\(margin)"
    }
  }
}

extension RatioShaping {
  static let spellings = "none, or C for p/(p + C)"

  init?(spelling: String) {
    if spelling == "none" {
      self = .none
    } else if let constant = Double(spelling), constant > 0, constant.isFinite {
      self = .probabilityOver(constant)
    } else {
      return nil
    }
  }

  var spelling: String {
    switch self {
    case .none: "none"
    case .probabilityOver(let constant): "\(constant)"
    }
  }
}

extension RolloutSurrogate {
  static let spellings = "log-probability, ratio, or ratio-LOW/HIGH for a clipped one"

  private static let ratio = "ratio"

  init?(spelling: String) {
    if spelling == "log-probability" {
      self = .logProbability
    } else if spelling == Self.ratio {
      self = .importanceRatio(clip: nil)
    } else if spelling.hasPrefix(Self.ratio + "-"),
      case .some(.some(let clip)) = ClipRange.parse(
        String(spelling.dropFirst(Self.ratio.count + 1)))
    {
      self = .importanceRatio(clip: clip)
    } else {
      return nil
    }
  }

  var spelling: String {
    switch self {
    case .logProbability: "log-probability"
    case .importanceRatio(nil): Self.ratio
    case .importanceRatio(let clip?): Self.ratio + "-" + ClipRange.spell(clip)
    }
  }
}

extension TermNormalization {
  static let spellings = LossAggregation.spellings + "; with /all over rollouts and demonstrations"

  private static let allSuffix = "/all"

  init?(spelling: String) {
    let countsAll = spelling.hasSuffix(Self.allSuffix)
    let name = countsAll ? String(spelling.dropLast(Self.allSuffix.count)) : spelling
    guard let aggregation = LossAggregation(spelling: name) else { return nil }
    self.init(aggregation, rows: countsAll ? .all : .own)
  }

  var spelling: String { aggregation.spelling + (rows == .all ? Self.allSuffix : "") }
}

extension EntropyScope {
  static let spellings =
    "token, sequence, "
    + EntropySource.allCases.map { batchPrefix + $0.rawValue }.joined(separator: ", ")

  private static let batchPrefix = "batch/"

  init?(spelling: String) {
    switch spelling {
    case "token": self = .token
    case "sequence": self = .sequence
    default:
      guard spelling.hasPrefix(Self.batchPrefix),
        let source = EntropySource(rawValue: String(spelling.dropFirst(Self.batchPrefix.count)))
      else { return nil }
      self = .batch(of: source)
    }
  }

  var spelling: String {
    switch self {
    case .token: "token"
    case .sequence: "sequence"
    case .batch(let source): Self.batchPrefix + source.rawValue
    // A file can't say it: it is a number that a run finds out.
    case .given(let entropy): "\(entropy)"
    }
  }
}
