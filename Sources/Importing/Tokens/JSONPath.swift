internal import JSON

/// Where in a record something is: `meta_info.output_token_logprobs[].1`.
///
/// Names and numbers of elements with dots between them; `[]` stands for all elements.
struct JSONPath: Sendable, Equatable, CustomStringConvertible {
  private enum Step: Sendable, Equatable {
    case member(String)
    case element(Int)
    case all
  }

  let description: String
  private let steps: [Step]

  /// Nil if the text is no path.
  init?(_ text: String) {
    var steps: [Step] = []
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      var name = part[...]
      var lists = 0
      while name.hasSuffix("[]") {
        name.removeLast(2)
        lists += 1
      }
      guard !name.isEmpty, !name.contains("["), !name.contains("]") else { return nil }
      steps.append(Int(name).map { Step.element($0) } ?? .member(String(name)))
      steps += Array(repeating: .all, count: lists)
    }
    if case .element? = steps.first { return nil }
    (self.steps, description) = (steps, text)
  }

  /// What is there, as lists in lists; nil if nothing is.
  ///
  /// Below `[]` what is missing is null.
  func value(in value: JSONValue) -> JSONValue? { Self.value(in: value, steps[...]) }

  private static func value(in value: JSONValue, _ steps: ArraySlice<Step>) -> JSONValue? {
    guard let step = steps.first else { return value }
    let rest = steps.dropFirst()
    switch step {
    case .member(let name): return value[name].flatMap { Self.value(in: $0, rest) }
    case .element(let index):
      guard let list = value.arrayValue, index >= 0, index < list.count else { return nil }
      return Self.value(in: list[index], rest)
    case .all:
      guard let list = value.arrayValue else { return value == .null ? .null : nil }
      return .array(list.map { Self.value(in: $0, rest) ?? .null })
    }
  }
}
