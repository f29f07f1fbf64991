internal import Analysis

/// The tokens of a text as the page's markup: a span for each.
package enum TokenMarkup {
  /// More letters than this in one token nobody reads.
  private static let longest = 300

  /// Spans of tokens whose class says in which direction the token's probability changed and by how
  /// many tenths.
  ///
  /// - Parameters:
  ///   - positions: of a prompt or a response.
  ///   - isPrompt: whether tokens that don't count as of the response are coloured, too.
  /// - Returns: classes like `u3` and `d10`; none where the change is small.
  static func spans(_ positions: ArraySlice<PositionChange>, isPrompt: Bool = false) -> String {
    var markup = ""
    for position in positions {
      let isShown = position.isResponse || isPrompt
      let kind = isShown ? kind(ofChange: position.probabilityChange) : "x"
      markup += kind.isEmpty ? "<span>" : "<span class=\"\(kind)\">"
      markup += escaped(text(position.bytes?.values, id: position.token))
      markup += "</span>"
    }
    return markup
  }

  /// `x` of what was not measured.
  package static func kind(ofChange change: Double) -> String {
    guard change.isFinite else { return "x" }
    let size = min(abs(change), 1)
    guard size >= 0.05 else { return "" }
    return (change > 0 ? "u" : "d") + "\(max(1, Int((size * 10).rounded())))"
  }

  /// A token in running text, none without something to see.
  package static func text(_ bytes: [UInt8]?, id: UInt32) -> String {
    let text = VisibleText.shortened(TokenText.flowing(bytes, id: id), to: longest)
    // A line end alone has no width to point at.
    return seen(text).replacing("\n", with: "↵\n")
  }

  /// Text that has a width: marks alone get the usual circle as their base, fillers and joiners are
  /// spelled out.
  static func seen(_ text: String) -> String {
    guard text.unicodeScalars.allSatisfy(\.isWidthless) else { return text }
    return text.unicodeScalars.map { scalar in
      scalar.isMark && !scalar.properties.isDefaultIgnorableCodePoint
        ? "\u{25CC}\(scalar)"
        : "⟨U+\(String(scalar.value, radix: 16, uppercase: true))⟩"
    }.joined()
  }

  /// Text as HTML's text or attribute.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Whether a text's first letter is of a script that runs from right to left.
  static func runsRightToLeft(_ positions: [PositionChange]) -> Bool {
    for position in positions {
      let text = TokenText.flowing(position.bytes?.values, id: position.token)
      guard let letter = text.unicodeScalars.first(where: \.properties.isAlphabetic) else {
        continue
      }
      switch letter.value {
      case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF:
        return true
      default: return false
      }
    }
    return false
  }
}

extension Unicode.Scalar {
  fileprivate var isMark: Bool {
    [.nonspacingMark, .enclosingMark].contains(properties.generalCategory)
  }

  /// Whether it has no width of its own.
  fileprivate var isWidthless: Bool {
    isMark || properties.generalCategory == .format || properties.isDefaultIgnorableCodePoint
  }
}
