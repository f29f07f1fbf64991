internal import Analysis
internal import Foundation
internal import Mustache
internal import RunLogs

/// The report as one HTML page that needs no other file.
struct ReportPage {
  static let notCalibrated =
    "Not calibrated: no noise floor has been measured, so numbers rank changes and nothing here "
    + "calls a token changed or unchanged."

  let sections: [Report.Section]
  /// SVG of each section's figures.
  let pictures: [[Data]]

  /// The page.
  /// - Throws: Mustache's error if a template can't be parsed, which a test rules out.
  var html: String {
    get throws {
      let template = try MustacheTemplate(
        string: String(decoding: PackageResources.page_mustache, as: UTF8.self))
      let page: [String: Any] = [
        "title": VisibleText.escaped(sections.map(\.log).joined(separator: ", ")),
        "notCalibrated": Self.notCalibrated,
        "sections": zip(sections, pictures).map(view),
      ]
      return template.render(page)
    }
  }

  private func view(_ section: Report.Section, _ pictures: [Data]) -> [String: Any] {
    [
      "log": VisibleText.escaped(section.log),
      "leads": section.leads.map(VisibleText.escaped),
      "facts": section.facts.map { ["name": $0.name, "value": VisibleText.escaped($0.value)] },
      "tables": section.tables.map(view),
      "rankings": section.rankings.map(view),
      "examples": section.examples.map(view),
      "figures": zip(section.figures, pictures).map { figure, svg in
        [
          "title": VisibleText.escaped(figure.title),
          "caption": VisibleText.escaped(figure.caption), "name": figure.name,
          "data": svg.base64EncodedString(),
        ]
      },
    ]
  }

  private func view(_ table: Table) -> [String: Any] {
    [
      "title": VisibleText.escaped(table.title),
      "caption": VisibleText.escaped(table.describedCaption),
      "columns": table.columns.map {
        ["text": VisibleText.escaped($0.name), "isWord": table.isWord($0)] as [String: Any]
      },
      "rows": table.cellTexts.map { row in
        [
          "cells": zip(row, table.columns).map { cell, column in
            [
              "text": VisibleText.escaped(cell.value), "interval": cell.interval,
              "hasInterval": !cell.interval.isEmpty,
              "isWord": table.isWord(column),
            ] as [String: Any]
          }
        ]
      },
    ]
  }

  private func view(_ example: Report.Example) -> [String: Any] {
    [
      "id": VisibleText.escaped(VisibleText.shortened(example.id, to: 200)),
      "source": VisibleText.escaped(example.source),
      "prompt": (example.changes.first?.prompt ?? [])
        .map { TokenText.flowing($0.bytes?.values, id: $0.token) }.joined(),
      "changes": example.changes.map { change in
        [
          "pair": VisibleText.escaped(change.pair.replacing(":", with: PairName.arrow)),
          "tokens": change.response.map(view),
        ] as [String: Any]
      },
    ]
  }

  /// A token as a coloured span: blue and a line above where it became more likely, orange and a line
  /// below where less, so that it can be read in grey as well.
  private func view(_ position: PositionChange) -> [String: Any] {
    let change = position.probabilityChange
    let text = TokenText.flowing(position.bytes?.values, id: position.token)
    guard position.isResponse else {
      return [
        "text": text, "style": "", "class": "unmeasured", "hint": "left out by response_mask",
      ]
    }
    guard change.isFinite else {
      return ["text": text, "style": "", "class": "unmeasured", "hint": "not measured"]
    }
    let strength = Int((min(abs(change), 1) * 100).rounded())
    let kind = strength < 5 ? "same" : change > 0 ? "up" : "down"
    return [
      "text": text, "class": kind, "style": "--s:\(strength)%",
      "hint": "p \(Number.text(position.probabilityBefore)) → "
        + "\(Number.text(position.probabilityAfter)), JS \(Number.text(position.divergence)), "
        + "Δ H \(Number.signed(position.entropyChange))",
    ]
  }
}
