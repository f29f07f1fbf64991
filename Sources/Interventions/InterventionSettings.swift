/// What is swapped, and how much.
package struct InterventionSettings: Sendable, Equatable, Codable {
  /// What ranks positions.
  package var selectors = [SwapSelector.divergence]
  /// Most selected positions of a text, ascending.
  package var budgets = [1, 2, 4, 8]
  /// Most controls of a selected position.
  package var controls = 4
  /// What controls have in common with it.
  package var match = SwapMatch.allCases
  /// A position has changed where the divergence exceeds it, nats.
  package var margin = 0.01
  /// Most tokens of a response.
  package var maximumTokens = 64
  /// Of problems and of what is drawn.
  package var seed: UInt64 = 0
  /// Rows decoded together; nil for what suits the model's size.
  package var batchRows: Int?

  /// Defaults.
  package init() {}
}

/// Why swaps can't be made as asked: where, what, and the fix.
package struct InterventionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file, a folder or an option; empty where the message says it.
  package let place: String
  /// What is wrong and how to fix it, without the place.
  package let message: String

  init(_ place: String, _ message: String) { (self.place, self.message) = (place, message) }

  /// One line.
  package var description: String { place.isEmpty ? message : "\(place): \(message)" }
}
