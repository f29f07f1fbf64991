/// Opening of the reader of a format.
package enum DumpReaders {
  /// - Parameters:
  ///   - path: the file.
  ///   - format: one of those that kind `.tokens`.
  ///   - options: what the user says beside it.
  ///   - pause: called now and then; what it throws ends the reading.
  /// - Returns: a reader at the first text.
  /// - Throws: `ImportFault`, and `TextError` where the file can't be read.
  package static func open(
    _ path: String, as format: ImportFormat, options: DumpOptions, pause: () throws -> Void = {}
  ) throws -> any DumpReader {
    switch format {
    case .primeRL: return try PrimeRLReader(path: path, pause: pause)
    case .openAI: return try OpenAIReader(path: path, options: options, pause: pause)
    case .llamaCpp: return try LlamaCppReader(path: path, options: options, pause: pause)
    case .tokens:
      guard let mapping = options.mapping?.tokens else {
        throw ImportFault(
          options.mapping?.path ?? path, nil,
          options.mapping == nil
            ? "holds tokens under names that only you know: give --mapping FILE.yaml with 'tokens: {ids: "
              + "PATH, logp: PATH}'"
            : "names no tokens; write 'tokens: {ids: PATH, logp: PATH}'")
      }
      return try MappedReader(path: path, mapping: mapping, pause: pause)
    case .trainerState, .verlFile, .verlConsole, .llamaFactory, .tensorBoard, .csv, .jsonLines,
      .lmEval:
      throw ImportFault(path, nil, "'\(format.rawValue)' holds metrics, no tokens")
    }
  }
}
