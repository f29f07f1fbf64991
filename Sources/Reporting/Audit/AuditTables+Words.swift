internal import Analysis
internal import RunLogs

/// Words in and around the tables.
extension AuditTables {
  func words(_ verdict: Verdict?, prompts: Int) -> String {
    guard let verdict else { return "too few prompts" }
    return verdict == .unchanged && prompts < VerdictFamily.fewestForAbsence
      ? "unchanged (weak)" : verdict.rawValue
  }

  func name(_ group: PositionGroup) -> String {
    func shown(_ id: UInt32) -> String {
      TokenText.shown(table.log.tokenBytes(id), id: id, limit: 14)
    }
    return switch group {
    case .token(let id): shown(id)
    case .gram(let ids): ids.map(shown).joined(separator: " · ")
    case .kind(let kind, let name): "\(kind): \(name)"
    }
  }

  func possessive(_ author: String) -> String {
    author.isEmpty ? "texts of unknown origin:" : LogTables.name(author) + "'s"
  }

  func margin(_ measure: PositionMeasure) -> String {
    audit.settings.margin(measure).formattedMargin
  }

  /// What a table of all authors says where some are left out.
  var omission: String {
    guard audit.settings.author == nil, audit.omittedAuthorCount > 0 else { return "" }
    let omitted = Number.count(audit.omittedAuthorCount)
    return " The \(audit.authors.count) largest authors; \(omitted) more are left out: "
      + "audit --author has each."
  }

  /// Where half-widths come from, in a sentence.
  func basis(_ measure: PositionMeasure) -> String {
    BasisWords.sentence(audit.verdicts, measure)
  }

  /// What moved probability is from where it wasn't added up while scoring.
  var movedBasis: String? {
    let isListed = audit.shownAuthors.contains { $0.moved?.isExact == false }
    return isListed ? BasisWords.listedMass(topK: table.log.header.topK) : nil
  }

  func caption(
    _ author: PairAudit.Author, _ groups: GroupTable, _ order: Order, shown: Int?, of all: Int,
    hasMoved: Bool = false
  ) -> String {
    var sentences: [String] = []
    if let shown, shown < all {
      sentences.append(
        "The first \(shown) of \(Number.count(all)), by size in the even half of the prompts.")
    }
    if groups.rareCount > 0 {
      sentences.append(
        "\(Number.count(groups.rareCount)) occur in fewer than \(VerdictFamily.fewestPrompts) prompts: "
          + "no verdict.")
    }
    let halves = order.measure.map(groups.confirmed) ?? author.moved?.confirmed
    if let halves, halves.called > 0 {
      sentences.append(
        "Of \(halves.called) that the even half alone calls changed, the odd half confirms "
          + "\(halves.confirmed).")
    }
    if !isTerminal {
      if hasMoved, let movedBasis { sentences.append(movedBasis) }
      if !groups.groups.isEmpty || (hasMoved && author.moved?.tokens.isEmpty == false) {
        sentences.append(BasisWords.rates(prompts: author.promptCount))
      }
    }
    return sentences.joined(separator: " ")
  }
}

extension PositionMeasure {
  /// As tables call it.
  package var shownName: String {
    switch self {
    case .divergence: "JS"
    case .logProbability: "Δ log p"
    case .probability: "Δ p"
    case .entropy: "Δ H"
    }
  }
}

extension Double {
  /// `0.01`, and `ln 2`.
  package var formattedMargin: String {
    self == PositionMeasure.logProbability.margins[2] ? "ln 2" : "\(self)"
  }
}
