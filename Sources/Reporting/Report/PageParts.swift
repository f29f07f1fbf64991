internal import Foundation

/// Parts that several pages have, as their templates take them.
enum PageParts {
  /// A table with more columns is set small on paper.
  private static let mostColumnsOnPaper = 10

  /// What `table.mustache` draws.
  ///
  /// - Parameters:
  ///   - table: with at least one row.
  ///   - anchor: its place in the page, which no other part has.
  /// - Returns: the template's values.
  static func view(_ table: Table, _ anchor: String) -> [String: Any] {
    [
      "anchor": anchor, "title": VisibleText.escaped(table.title),
      "caption": VisibleText.escaped(table.describedCaption),
      "isWide": table.columns.count > mostColumnsOnPaper,
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

  /// A figure with its words.
  static func view(title: String, caption: String, svg: Data) -> [String: Any] {
    [
      "title": VisibleText.escaped(title), "caption": VisibleText.escaped(caption),
      "data": svg.base64EncodedString(),
    ]
  }

  /// Numbers keep their percent signs, and intervals their ends, on one line.
  static func unbroken(_ text: String) -> String {
    text.replacing(" %", with: "\u{A0}%").replacing(/\[([^\[\], ]+), ([^\[\], ]+)\]/) { match in
      "[\(match.output.1),\u{A0}\(match.output.2)]"
    }
  }
}
