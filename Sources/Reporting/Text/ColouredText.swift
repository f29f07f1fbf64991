package import Analysis

/// One text with its tokens coloured by the change of their probability; without colours, changes of
/// a tenth or more are written after the token.
package struct ColouredText {
  private let change: ResponseChange
  private let usesColor: Bool

  /// A text, with colours of a terminal or without.
  package init(change: ResponseChange, usesColor: Bool) {
    (self.change, self.usesColor) = (change, usesColor)
  }

  /// All of it, ready to print.
  package var text: String {
    change.positions.map { position in
      let shown = TokenText.flowing(position.bytes?.values, id: position.token)
      guard position.isResponse, position.probabilityChange.isFinite else { return shown }
      let delta = position.probabilityChange
      guard abs(delta) >= 0.1 else { return shown }
      if !usesColor { return "\(shown)[\(Number.signed(delta))]" }
      // 256-colour blues and oranges, stronger with the size of the change.
      let strength = abs(delta) >= 0.5 ? 2 : abs(delta) >= 0.25 ? 1 : 0
      let background = delta > 0 ? [153, 75, 33][strength] : [223, 215, 208][strength]
      return "\u{1B}[48;5;\(background)m\u{1B}[38;5;16m\(shown)\u{1B}[0m"
    }.joined()
  }
}
