import Foundation

/// A manual page in mdoc, made of what a command says with `--help`.
struct ManualPage {
  private let command: HelpDump.Command
  private let tool: HelpDump.Command
  private let isTool: Bool
  private let date: Date

  /// - Parameters:
  ///   - command: what the page is about: the tool or one of its subcommands.
  ///   - tool: the whole tool.
  ///   - date: what the page is dated.
  init(of command: HelpDump.Command, in tool: HelpDump.Command, date: Date) {
    (self.command, self.tool, self.date) = (command, tool, date)
    isTool = command.superCommands == nil
  }

  /// All pages: the tool's and one for each subcommand that its help shows.
  static func all(date: Date) throws -> [ManualPage] {
    let tool = try HelpDump.ofThisTool().command
    return ([tool] + shown(tool)).map { ManualPage(of: $0, in: tool, date: date) }
  }

  private static func shown(_ tool: HelpDump.Command) -> [HelpDump.Command] {
    (tool.subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
  }

  /// What `man` is asked for, as `tokenshift-gate`.
  var name: String { isTool ? command.commandName : "\(tool.commandName)-\(command.commandName)" }

  private var spoken: String {
    isTool ? command.commandName : "\(tool.commandName) \(command.commandName)"
  }

  /// The page, lines of mdoc.
  var text: String {
    let parts = Discussion(command.discussion ?? "")
    let codes = Discussion(tool.discussion ?? "").exitCodes
    let lines =
      head + synopsis
      + section("DESCRIPTION", Roff.filled(command.abstract ?? "") + [".Pp"] + parts.description)
      + (isTool ? section("COMMANDS", commands) : [])
      + section("OPTIONS", options)
      + (isTool ? section("ENVIRONMENT", Self.environment) : [])
      + section(
        "EXIT STATUS",
        codes + (isTool || parts.exitCodes.isEmpty ? [] : [".Pp"])
          + (isTool ? [] : parts.exitCodes))
      + section("EXAMPLES", parts.examples) + section("SEE ALSO", seeAlso)
    return Self.withoutEmptyParagraphs(lines).joined(separator: "\n") + "\n"
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : [".Sh \(title)"] + lines
  }

  /// mdoc wants no `.Pp` before a section or another one.
  private static func withoutEmptyParagraphs(_ lines: [String]) -> [String] {
    lines.indices.filter { index in
      guard lines[index] == ".Pp" else { return true }
      let next = index + 1 < lines.count ? lines[index + 1] : ".Sh"
      return !(next == ".Pp" || next.hasPrefix(".Sh") || next.hasPrefix(".Bd"))
    }.map { lines[$0] }
  }

  // MARK: Sections

  private var head: [String] {
    var abstract = command.abstract ?? ""
    if abstract.hasSuffix(".") { abstract.removeLast() }
    return [
      ".\\\" Made by 'tokenshift manual' from the command's own help: edit that.",
      ".Dd \(Self.day(date))",
      ".Dt \(name.uppercased()) 1",
      ".Os TokenShift \(Version.current)",
      ".Sh NAME",
      ".Nm \(name)",
      ".Nd \(Roff.argument(abstract))",
    ]
  }

  private static func day(_ date: Date) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents([.year, .month, .day], from: date)
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ]
    return "\(months[(parts.month ?? 1) - 1]) \(parts.day ?? 1), \(parts.year ?? 1970)"
  }

  private var arguments: [HelpDump.Argument] {
    (command.arguments ?? []).filter(\.shouldDisplay)
  }

  private var synopsis: [String] {
    let parts = arguments.map { argument -> String in
      let value = argument.valueName.map { "Ar " + Roff.argument($0) } ?? ""
      let name = argument.names?.last.map { "Fl " + Roff.flag($0.text) } ?? ""
      let words = [name, argument.kind == .flag ? "" : value].filter { !$0.isEmpty }
        .joined(separator: " ")
      return ".\(argument.isOptional ? "Op " : "")\(words)\(argument.isRepeating ? " ..." : "")"
    }
    let rest = isTool ? [".Op Fl Fl version", ".Ar command", ".Op Ar argument ..."] : parts
    return [".Sh SYNOPSIS", ".Nm \(spoken)"] + rest
  }

  private var options: [String] {
    guard !arguments.isEmpty else { return [] }
    let items = arguments.flatMap { argument -> [String] in
      let value = argument.valueName.map { " Ar " + Roff.argument($0) } ?? ""
      let term =
        argument.kind == .positional
        ? String(value.dropFirst())
        : (argument.names ?? []).map { "Fl " + Roff.flag($0.text) }.joined(separator: " , ")
          + (argument.kind == .flag ? "" : value)
      let facts = [
        argument.allValues.map { "values: " + $0.joined(separator: ", ") },
        argument.defaultValue.map { "default: \($0)" },
      ].compactMap { $0 }
      let end = facts.isEmpty ? [] : Roff.filled("(\(facts.joined(separator: "; ")))")
      let text = [argument.abstract, argument.discussion].compactMap { $0 }
        .flatMap(Roff.filled)
      return [".It \(term)"] + text + end
    }
    return [".Bl -tag -width Ds"] + items + [".El"]
  }

  private var commands: [String] {
    [".Bl -tag -width Ds"]
      + Self.shown(tool).flatMap { command in
        [".It Xr \(tool.commandName)-\(command.commandName) 1"]
          + Roff.filled(command.abstract ?? "")
      } + [".El"]
  }

  private static let environment: [String] =
    [".Bl -tag -width Ds"]
    + [
      ("NO_COLOR", "If set and not empty, nothing is coloured, whatever else is set."),
      ("CLICOLOR_FORCE", "If set and not 0, colours are printed to files and pipes, too."),
      ("CLICOLOR", "If 0, nothing is coloured unless CLICOLOR_FORCE asks for it."),
      ("TERM", "If dumb, there are neither colours nor progress bars."),
      ("COLUMNS", "How wide the terminal is."),
      ("OPENBLAS_CORETYPE", "The kernels that OpenBLAS takes; it chooses by itself."),
    ].flatMap { [".It Ev \($0.0)"] + Roff.filled($0.1) } + [".El"]

  private var seeAlso: [String] {
    let names =
      isTool ? Self.shown(tool).map { "\(tool.commandName)-\($0.commandName)" } : [tool.commandName]
    let sorted = names.sorted()
    return sorted.enumerated().map { index, name in
      ".Xr \(name) 1" + (index + 1 < sorted.count ? " ," : "")
    }
  }
}
