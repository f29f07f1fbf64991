internal import Foundation
internal import RunLogs

extension TokenLogImport {
  /// What was read and what became of it, in lines for people.
  package func summary(_ written: Written) -> [String] {
    var lines: [String] = []
    for survey in surveys {
      lines.append(
        "\(survey.input.path): \(survey.format.rawValue), \(survey.textCount) texts, "
          + "\(survey.tokenCount) tokens")
      lines.append(
        "  ids: " + (survey.source.hasIDs ? "the source's" : "found by the tokens' bytes")
          + "; mask: " + (survey.source.hasMask ? "the source's" : "not said"))
      lines += survey.source.notes.map { "  note: " + $0 }
    }
    for model in header.models {
      guard let source = model.source else { continue }
      lines.append("model \(model.name): " + source.columns.joined(separator: ", "))
      lines.append(
        "  log-probabilities: \(source.processing), temperature "
          + (source.temperature.map { String(format: "%g", $0) }
            ?? "unknown: --temperature T says it"))
      if source.columns.contains(ModelBound.entropyUpper.rawValue), model.vocabularySize == nil {
        lines.append(
          "  note: entropies have no upper bound, as nobody said how many tokens there are: "
            + "--vocabulary-size V")
      }
    }
    lines.append(
      "pairs: "
        + (header.pairs.isEmpty ? "none" : header.pairs.map(\.description).joined(separator: ", ")))
    let missing = (surveys.map(\.textCount).max() ?? 0) - written.texts
    lines.append("log: \(written.texts) texts, \(written.tokens) tokens")
    if written.inconsistentLists > 0 {
      lines.append(
        "positions whose lists are no distribution's (they add up to more than 1, say), with wide bounds: "
          + "\(written.inconsistentLists)")
    }
    if surveys.count > 1, missing > 0 {
      lines.append("texts that not all sources have, left out: \(missing)")
    }
    return lines
  }
}

extension TextImport.Result {
  /// The same of samples that became texts.
  package var summary: [String] {
    [
      "samples of lm-eval: \(rows) rows, \(texts) texts, \(judged) known to be right or wrong",
      repeatedRows > 0 ? "rows of further filters, left out: \(repeatedRows)" : nil,
      "next: tokenshift score --model NAME=DIR --texts FILE --output LOG.h5",
    ].compactMap(\.self)
  }
}
