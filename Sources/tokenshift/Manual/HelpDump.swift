import ArgumentParser
import Foundation

/// What the argument parser knows of the commands, as its `--experimental-dump-help` writes it.
struct HelpDump: Decodable {
  let command: Command

  struct Command: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool
    let superCommands: [String]?
    let subcommands: [Command]?
    let arguments: [Argument]?
  }

  struct Argument: Decodable {
    let kind: Kind
    let names: [Name]?
    let valueName: String?
    let abstract: String?
    let discussion: String?
    let isOptional: Bool
    let isRepeating: Bool
    let shouldDisplay: Bool
    let defaultValue: String?
    let allValues: [String]?
  }

  enum Kind: String, Decodable {
    case positional
    case option
    case flag
  }

  struct Name: Decodable {
    let kind: String
    let name: String

    /// With its hyphens.
    var text: String { (kind == "long" ? "--" : "-") + name }
  }

  /// The commands of this tool.
  ///
  /// - Throws: `DecodingError` where a newer parser writes something else.
  static func ofThisTool() throws -> HelpDump {
    try JSONDecoder().decode(HelpDump.self, from: Data(TokenShift._dumpHelp().utf8))
  }
}
