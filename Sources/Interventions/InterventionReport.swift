internal import Reporting
internal import StatisticalInference

/// What `intervene` prints: a table and a sentence for each way of ranking, in each direction.
package struct InterventionReport {
  private let result: InterventionResult

  /// Of a result.
  package init(_ result: InterventionResult) { self.result = result }

  /// For people, at most so many characters a line where words can be broken.
  ///
  /// - Parameter width: characters of a line.
  /// - Returns: lines without line ends.
  package func lines(width: Int) -> [String] {
    let tables = result.directions.flatMap { direction in
      Self.folded(Self.head(direction), width: width)
        + (direction.swappedTexts == 0 ? [] : Self.table(direction).lines(width: width))
        + sentences(direction).flatMap { Self.folded($0, width: width) } + [""]
    }
    let estimates = result.directions.flatMap { Self.table($0).estimates }
    return tables + Self.folded(notes(about: estimates), width: width)
  }

  private static func folded(_ text: String, width: Int) -> [String] {
    Phrase.lines(text, width: min(width, 100))
  }

  private static func head(_ direction: InterventionResult.Direction) -> String {
    let share = Double(direction.differing) / Double(max(direction.tokens, 1))
    return
      "\(direction.author)'s texts with \(direction.other)'s choices: "
      + "\(Phrase.count(direction.texts, "problem")), \(Phrase.share(direction.accuracy)) right; "
      + "\(direction.other) would write another token at \(Number.count(direction.differing)) of "
      + "\(Number.count(direction.tokens)) (\(Number.percent(share)))"
  }

  private static func table(_ direction: InterventionResult.Direction) -> Table {
    Table(
      title: "", caption: "",
      columns: [
        .init("by", .text, ""), .init("budget", .count, ""), .init("swaps", .count, ""),
        .init("matched", .count, "", isDetail: true), .init("before", .share, ""),
        .init("after", .share, ""), .init("controls", .share, ""),
        .init("difference", .share, "", isKey: true),
      ],
      rows: direction.selectors.flatMap { selector in
        selector.doses.map { dose in
          [
            .text(selector.selector.rawValue), .count(dose.budget), .count(dose.swaps),
            .count(dose.matched), .share(dose.before?.value), .estimate(dose.accuracy?.selected),
            .estimate(dose.accuracy?.controls), .estimate(dose.accuracy?.difference),
          ]
        }
      })
  }

  /// One for each way of ranking, at its largest budget.
  package func sentences(_ direction: InterventionResult.Direction) -> [String] {
    direction.selectors.map { selector in
      let what =
        "\(direction.other)'s choice at one of up to \(selector.doses.last?.budget ?? 0) tokens of "
        + "\(direction.author)'s text (\(selector.selector.words))"
      guard let dose = selector.doses.last, dose.swaps > 0 else {
        return
          "\(what): no token that both would write otherwise is ranked, so nothing was swapped."
      }
      guard let accuracy = dose.accuracy else {
        return
          "\(what): none of \(Phrase.count(dose.swaps, "swap")) has a control, so nothing is "
          + "compared."
      }
      let difference = accuracy.difference
      let points = Self.points(difference)
      let verdict =
        switch difference.side(of: 0) {
        case .above: "the answer is right more often than after matched swaps, by \(points)"
        case .below: "the answer is right less often than after matched swaps, by \(points)"
        case .open: "no difference from matched swaps is shown: \(points)"
        }
      return "\(what): \(verdict)." + Self.parts(dose)
    }
  }

  /// Which way the answers went, where a difference is shown.
  private static func parts(_ dose: DoseResponse) -> String {
    var parts: [String] = []
    func add(_ name: String, _ contrast: DoseResponse.Contrast?) {
      guard let contrast, contrast.difference.side(of: 0) != .open else { return }
      parts.append(
        "\(name) \(Number.percent(contrast.selected.value)) against "
          + "\(Number.percent(contrast.controls.value)), by \(points(contrast.difference))")
    }
    add("of wrong texts it repairs", dose.repaired)
    add("of right texts it breaks", dose.broken)
    let text = parts.joined(separator: "; ")
    return text.isEmpty ? "" : " " + text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  /// In points of a hundred.
  private static func points(_ estimate: Estimate) -> String {
    Phrase.text(estimate.mapped { $0 * 100 }, .signed, unit: "points")
  }

  private func notes(about estimates: [Estimate]) -> String {
    let doses = result.directions.flatMap(\.selectors).flatMap(\.doses)
    let (swaps, matched) = (
      doses.reduce(0) { $0 + $1.swaps }, doses.reduce(0) { $0 + $1.matched }
    )
    let match = result.settings.match.map { $0 == .category ? "token class" : $0.rawValue }
    var sentences = [
      "Each swap is the only one of its text; budget: positions of a text that are tried, the first "
        + "ones by rank at which the other model would write another token. Controls: up to "
        + "\(result.settings.controls) positions for each that aren't selected, equal in "
        + (["verdict of the text"] + match).joined(separator: ", ")
        + ", with the other model's most likely other token."
    ]
    let enough = result.directions.flatMap(\.selectors).compactMap { selector in
      selector.doses.first { $0.swaps == selector.doses.last?.swaps }?.budget
    }.max()
    if let enough, let largest = result.settings.budgets.last, enough < largest {
      sentences.append("Budgets above \(enough) select nothing more.")
    }
    if matched < swaps {
      sentences.append(
        "\(Number.percent(Double(swaps - matched) / Double(swaps))) of the swaps have no control and "
          + "aren't compared.")
    }
    sentences += IntervalNote.sentences(about: estimates)
    let comparisons = doses.count { $0.accuracy != nil }
    if comparisons > 1 {
      sentences.append(
        "\(comparisons) differences are shown, each at 95 % by itself; those of larger budgets contain "
          + "those of smaller ones.")
    }
    return sentences.joined(separator: " ")
  }
}
