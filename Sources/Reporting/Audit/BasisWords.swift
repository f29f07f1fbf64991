package import Analysis

/// What verdicts rest on, in words.
package enum BasisWords {
  /// How half-widths of all measures were found: one sentence, or one for each that differs.
  static func sentences(_ verdicts: PositionVerdicts) -> [String] {
    var sentences: [(text: String, names: [String])] = []
    for measure in PositionMeasure.allCases {
      let text = sentence(verdicts, measure)
      if let place = sentences.firstIndex(where: { $0.text == text }) {
        sentences[place].names.append(measure.shownName)
      } else {
        sentences.append((text, [measure.shownName]))
      }
    }
    guard sentences.count > 1 else { return sentences.map(\.text) }
    return sentences.map { $0.names.joined(separator: ", ") + ": " + $0.text }
  }

  /// How half-widths were found.
  package static func sentence(_ verdicts: PositionVerdicts, _ measure: PositionMeasure) -> String {
    let column = verdicts[measure]
    let type = verdicts.computeType.isEmpty ? "an unknown precision" : verdicts.computeType
    return switch column.basis {
    case .exact where verdicts.computeType != PositionVerdicts.exactType:
      "Computed in \(type), and each position in 32 bits, too, whose numbers are used: one is taken as "
        + "exact to \(PositionVerdicts.exactHalfWidth)."
    case .exact:
      "Computed in 32 bits: a number is taken as exact to \(PositionVerdicts.exactHalfWidth)."
    case .calibrated:
      "Computed in \(type), calibrated at \(Number.count(column.calibrationCount)) positions that were "
        + "computed in 32 bits, too."
    case .pooled:
      "Computed in \(type), calibrated at only \(Number.count(column.calibrationCount)) positions, all "
        + "kinds of positions together."
    case .prior:
      "Not calibrated: computed in \(type) without enough positions in 32 bits beside it, so an error "
        + "is assumed that is three times a typical one. Score with --replicate f32 for less."
    case .bounded:
      "From the tokens that occur and the most likely ones, as far as the sources list them, which leaves it "
        + "between two bounds: a verdict holds for both, "
        + "and a share is known from what is changed for certain to what may be. Score the texts with both "
        + "checkpoints for more."
    case .rounded:
      "As another program wrote it down: a number is taken as exact to the rounding of its "
        + "log-probabilities, and at least to \(PositionVerdicts.exactHalfWidth)."
    }
  }

  /// What moved probability lacks that is from lists of the most likely tokens.
  static func listedMass(topK: Int) -> String {
    "Moved probability is from the \(topK) most likely tokens of each position. What these lists leave "
      + "out widens intervals, so that many verdicts are undecidable, and net over all tokens isn't known: "
      + "score again, with moved mass, for more."
  }

  /// What lists of verdicts are good for.
  static func rates(prompts: Int) -> String {
    let known = UnchangedRate.atMost(prompts: prompts) ?? UnchangedRate.simulated[0]
    let absence =
      "of those called unchanged up to \(Number.percent(known.share)) were in simulations of "
      + "\(known.prompts) prompts" + (prompts < known.prompts ? ", and here are fewer" : "")
    return "Of those called changed at most 5 % are expected to be so by chance; \(absence)."
  }
}
