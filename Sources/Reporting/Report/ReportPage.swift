internal import Analysis
internal import Foundation
internal import RunLogs
internal import StatisticalInference

/// The report as one HTML page that needs no other file.
///
/// It reads without its script, which adds the numbers of single tokens.
struct ReportPage {
  /// What verdicts on single tokens say.
  static let verdicts =
    "A verdict on a token is numerical: in exact arithmetic its change exceeds a margin, or stays "
    + "within it. It holds for this text and these checkpoints."

  let sections: [Report.Section]
  /// SVG of each section's figures.
  let pictures: [[Data]]

  /// Pairs whose numbers stand on the first screen.
  private static let mostMeasuredPairs = 3
  /// The figure of the first screen.
  private static let leadFigure = "divergence-survival"

  /// The page.
  /// - Throws: Mustache's error if a template can't be parsed, which a test rules out.
  var html: String {
    get throws {
      let template = try PageTemplate()
      var compared: [String] = []
      for pair in sections.flatMap(\.headlines).map(\.pair.arrow) where !compared.contains(pair) {
        compared.append(pair)
      }
      let page: [String: Any] = [
        "title": VisibleText.escaped(sections.map(\.log).joined(separator: ", ")),
        "compared": VisibleText.escaped(
          VisibleText.shortened(compared.joined(separator: ", "), to: 160)),
        "sections": sections.indices.map { view(sections[$0], pictures[$0], number: $0 + 1) },
      ]
      return template.html("page", page)
    }
  }

  private func view(_ section: Report.Section, _ pictures: [Data], number: Int) -> [String: Any] {
    let anchor = "log\(number)"
    let tables = section.tables.enumerated().map {
      PageParts.view($1, "\(anchor)-table\($0 + 1)")
    }
    let rankings = section.verdicts.enumerated().map {
      PageParts.view($1, "\(anchor)-verdicts\($0 + 1)")
    }
    let figures = zip(section.figures, pictures).filter { !$0.0.isHeatMap }
    let lead = figures.filter { $0.0.name == Self.leadFigure }
    let texts = PageTexts(
      anchor: anchor, texts: section.texts, choice: section.choice, hasHeatMaps: true)
    return [
      "anchor": anchor, "log": VisibleText.escaped(section.log),
      "isOneOfSeveral": sections.count > 1,
      "answers": section.headlines.enumerated().map {
        view($1, section.forkSentences[$0], at: $0)
      },
      "steps": [section.stepSentence].compactMap { $0.map(Self.sentence) },
      "notes": section.notes.map(VisibleText.escaped),
      "leadFigure": lead.map { view($0.0, $0.1) },
      "contents": contents(anchor, tables: tables, rankings: rankings),
      "facts": section.facts.map { ["name": $0.name, "value": VisibleText.escaped($0.value)] },
      "figures": figures.filter { $0.0.name != Self.leadFigure }.map { view($0.0, $0.1) },
      "tables": tables, "rankings": rankings,
      "texts": texts.view,
    ]
  }

  // MARK: Words

  private static func sentence(_ text: String) -> String {
    PageParts.unbroken(VisibleText.escaped(text))
  }

  private func view(_ headline: Headline, _ forks: String?, at index: Int) -> [String: Any] {
    let isMeasured = index < Self.mostMeasuredPairs && !headline.measures.isEmpty
    return [
      "subject": VisibleText.escaped(headline.subject),
      "text": PageParts.unbroken(VisibleText.escaped(headline.predicate)),
      "hasShares": index < Self.mostMeasuredPairs && !headline.shares.isEmpty,
      "margins": PositionMeasure.divergence.margins.map { "JS > \($0)" },
      "shares": headline.shares.map { share in
        [
          "author": VisibleText.escaped(LogTables.name(share.author)),
          "cells": share.margins.map { margin in
            let text = CellText(.estimate(margin.share), .share)
            return [
              "value": PageParts.unbroken(text.value),
              "interval": PageParts.unbroken(text.interval),
            ]
          },
          "bounds": PageParts.unbroken(
            Number.percent(share.least) + " to " + Number.percent(share.most)),
          "effect": Number.text(share.share.designEffect),
        ] as [String: Any]
      },
      "forks": [forks].compactMap { $0.map(Self.sentence) },
      "hasNumbers": isMeasured, "place": VisibleText.escaped(headline.place),
      "numbers": headline.measures.map { measure in
        let text = CellText(.estimate(measure.estimate), measure.format)
        return [
          "name": VisibleText.escaped(measure.name), "value": PageParts.unbroken(text.value),
          "unit": measure.unit, "interval": text.interval,
        ]
      },
    ]
  }

  private func contents(
    _ anchor: String, tables: [[String: Any]], rankings: [[String: Any]]
  ) -> [[String: Any]] {
    let parts: [(name: String, title: String, parts: [[String: Any]])] = [
      ("compared", "What was compared", []), ("figures", "Figures", []),
      ("tables", "Tables", tables), ("rankings", "Which tokens changed", rankings),
      ("texts", "Texts, token by token", []),
    ]
    return parts.map { part in
      [
        "anchor": "\(anchor)-\(part.name)", "title": part.title, "hasParts": !part.parts.isEmpty,
        "parts": part.parts.map { ["anchor": $0["anchor"] ?? "", "title": $0["title"] ?? ""] },
      ]
    }
  }

  private func view(_ figure: Report.FigureReference, _ svg: Data) -> [String: Any] {
    PageParts.view(title: figure.title, caption: figure.caption, svg: svg)
  }
}
