internal import Foundation
internal import JSON

extension ModelFolder {
  /// Tokens that end a response: `eos_token_id` of `generation_config.json` and that of `config.json`;
  /// empty if neither says.
  ///
  /// - Throws: `AdapterError` if a file is there and can't be read, or says something that is no token.
  package func namedStopTokens() throws(AdapterError) -> Set<Int32> {
    var tokens: Set<Int32> = []
    for name in ["generation_config.json", "config.json"] {
      let path = Self.path(folder(holding: name), name)
      // Not every model has the first; of the second whoever opens it says so.
      guard FileManager.default.fileExists(atPath: path) else { continue }
      tokens.formUnion(try Self.stopTokens(path))
    }
    return tokens
  }

  private static func stopTokens(_ path: String) throws(AdapterError) -> Set<Int32> {
    let fix =
      "save it again with transformers, or set eos_token_id to a token's id or a list of ids"
    let object = try LoRAConfiguration.parse(path, fix: fix)
    guard let value = object["eos_token_id"], value != .null else { return [] }
    let tokens = (value.arrayValue ?? [value]).map { element in
      // transformers compares numbers: 1.0 is the token 1.
      element.doubleValue.flatMap { Int32(exactly: $0) }
    }
    if let wrong = tokens.firstIndex(of: nil) {
      let element = value.arrayValue?[wrong] ?? value
      throw AdapterError(
        path: path, "'eos_token_id' holds \(element.excerpt), which is no token's id", fix: fix)
    }
    return Set(tokens.compactMap { $0 })
  }
}

extension JSONValue {
  /// The value as text for a message, cut if long.
  fileprivate var excerpt: String {
    let text = serialized()
    return text.count > 60 ? text.prefix(60) + "…" : text
  }
}
