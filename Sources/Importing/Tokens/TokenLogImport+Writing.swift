internal import Foundation
internal import JSON
internal import RunLogs

extension TokenLogImport {
  /// What a log has.
  package struct Written: Sendable {
    package let texts: Int
    /// Prompts' included.
    package let tokens: Int
    /// Positions whose lists are no distribution's: their bounds rest on the token that occurs alone.
    package let inconsistentLists: Int
  }

  /// Tokens of a block: what is in memory at once.
  private static let blockTokens = 1 << 15

  /// Writes the log in one rename.
  ///
  /// - Parameters:
  ///   - destination: the log's path.
  ///   - author: who wrote the responses; nil for the first model's name where there is one source.
  ///   - pause: called now and then; what it throws ends the import, and no log is written.
  /// - Returns: what the log has.
  /// - Throws: `ImportFault`, `RunLogError`, and what `pause` throws.
  package func write(
    to destination: String, author: String? = nil, pause: () throws -> Void = {}
  ) throws -> Written {
    let author = author ?? (surveys.count == 1 ? header.models.first?.name ?? "" : "")
    var texts = JoinedTexts(
      try surveys.map {
        try DumpReaders.open(
          $0.input.path, as: $0.format, options: settings.options, pause: pause)
      })
    let writer = try TokenLogWriter(destination: destination, header: header)
    do {
      var block = ImportedBlock(header, author: author)
      var (count, tokens, inconsistent) = (0, 0, 0)
      while let text = try texts.next(pause: pause) {
        block.append(text, number: count)
        count += 1
        tokens += text.tokenIDs.count
        if block.block.unmeasured.count >= Self.blockTokens {
          try writer.append(block.block)
          inconsistent += block.inconsistentCount
          block = ImportedBlock(header, author: author)
          try pause()
        }
      }
      guard count > 0 else {
        throw ImportFault(
          surveys[0].input.path, nil,
          "has no text in common with \(surveys.last?.input.path ?? ""): texts are joined where all token "
            + "ids are equal; give responses to the same texts, with their ids")
      }
      if !block.block.sequences.isEmpty { try writer.append(block.block) }
      try writer.publish()
      return Written(
        texts: count, tokens: tokens,
        inconsistentLists: inconsistent + block.inconsistentCount)
    } catch {
      writer.discard()
      throw error
    }
  }
}

enum JSONText {
  /// An object on one line.
  static func object(_ members: [JSONMember]) -> String { JSONValue.object(members).serialized() }
}
