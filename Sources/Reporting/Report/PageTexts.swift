internal import Analysis
internal import RunLogs

/// The part of a page that shows texts token by token: choices, keys of colours, texts, and the numbers
/// of single tokens.
struct PageTexts {
  /// The part's place in the page.
  let anchor: String
  /// What is shown.
  let texts: TextExamples
  /// How texts were chosen.
  let choice: String
  /// Whether figures of the same texts lie beside the page.
  let hasHeatMaps: Bool

  /// The template's values.
  var view: [String: Any] {
    var numbers = TextNumbers(of: texts.pairs, margins: texts.margins)
    let examples = texts.texts.enumerated().map {
      view($1, "\(anchor)-text\($0 + 1)", &numbers)
    }
    return [
      "part": anchor, "choice": VisibleText.escaped(choice), "hasHeatMaps": hasHeatMaps,
      "hasReplicates": texts.hasReplicates,
      "pairs": texts.pairs.enumerated().map { index, pair in
        ["index": "\(index)", "name": Self.shown(pair)]
      },
      "measures": PageMeasure.allCases.enumerated().map { index, measure in
        view(measure).merging(["digit": "\(index + 1)"]) { $1 }
      },
      "verdictDigit": "\(PageMeasure.allCases.count + 1)",
      "verdicts": PageMeasure.byVerdict.map { measure in
        view(measure).merging(["bases": bases(measure)]) { $1 }
      },
      "examples": examples, "names": numbers.names,
    ]
  }

  private static func shown(_ pair: PairName) -> String {
    VisibleText.escaped(VisibleText.shortened(pair.arrow, to: 60))
  }

  private func view(_ measure: PageMeasure) -> [String: Any] {
    [
      "key": measure.rawValue, "name": measure.name, "meaning": measure.meaning,
      "size": measure.size, "margin": "\(texts.margins.margin(measure.measure))\(measure.unit)",
    ]
  }

  /// What half-widths rest on, once for all pairs of which the same is true.
  private func bases(_ measure: PageMeasure) -> [[String: Any]] {
    var sentences: [String] = []
    var pairs: [String: [String]] = [:]
    for (pair, words) in zip(texts.pairs, texts.bases) {
      let sentence = words[measure.measure] ?? ""
      if pairs[sentence] == nil { sentences.append(sentence) }
      pairs[sentence, default: []].append(Self.shown(pair))
    }
    return sentences.map { sentence in
      [
        "pairs": (pairs[sentence] ?? []).joined(separator: ", "),
        "basis": VisibleText.escaped(sentence),
      ]
    }
  }

  private func view(
    _ example: Report.Example, _ anchor: String, _ numbers: inout TextNumbers
  ) -> [String: Any] {
    let positions = example.changes.first?.positions ?? []
    return [
      "anchor": anchor,
      "id": VisibleText.escaped(VisibleText.shortened(example.id, to: 200)),
      "source": VisibleText.escaped(example.source),
      "numbers": numbers.json(of: example.statistics, example.verdicts),
      "direction": TokenMarkup.runsRightToLeft(positions) ? "rtl" : "ltr",
      "changes": zip(example.changes, example.verdicts).enumerated().map { index, known in
        let (change, verdicts) = known
        return [
          "index": "\(index)",
          "pair": VisibleText.escaped(change.pair.replacing(":", with: PairName.arrow)),
          "count": count(change, verdicts),
          "prompt": TokenMarkup.spans(change.prompt, isPrompt: true),
          "response": TokenMarkup.spans(change.response),
        ]
      },
    ]
  }

  /// How many of a response's tokens have which verdict by the measure that the page opens with; the
  /// script says the same of others.
  private func count(_ change: ResponseChange, _ verdicts: TextVerdicts) -> String {
    let measure = PageMeasure.probability
    let margin = texts.margins.margin(measure.measure)
    let letters = verdicts[measure.measure].verdicts(margin: margin)
    let counts = VerdictCounts(
      zip(change.positions, letters).filter { $0.0.isResponse }.map { $0.1 })
    return "\(measure.name) at margin \(margin)\(measure.unit): "
      + "\(counts.changed) changed, \(counts.unchanged) unchanged, "
      + "\(counts.undecidable) undecidable, \(counts.unmeasured) not measured"
  }
}
