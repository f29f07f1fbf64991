import ArgumentParser
import Files
import Foundation

/// `tokenshift manual`: the manual pages, for `make install` and for who packages the tool.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Write the manual pages, made of the commands' own help.",
    discussion: """
      The folder gets tokenshift.1 and a page for each subcommand. Pages are dated today, or what \
      SOURCE_DATE_EPOCH says.

      Example:
        tokenshift manual --output share/man/man1
      """,
    shouldDisplay: false)

  @Option(
    help: ArgumentHelp("The folder to write to.", valueName: "DIR"), completion: .directory)
  var output: String

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the folder") }
  }

  func run() throws {
    let folder = URL(filePath: output)
    try Folder.create(folder.path)
    for page in try ManualPage.all(date: try date()) {
      try OutputFile.write(page.text, to: folder.appending(path: page.name + ".1").path)
    }
  }

  private func date() throws -> Date {
    guard let text = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"], !text.isEmpty else {
      return Date()
    }
    guard let seconds = Double(text), (0...253_402_300_799).contains(seconds) else {
      throw ValidationError("SOURCE_DATE_EPOCH '\(text)' is no number of seconds since 1970")
    }
    return Date(timeIntervalSince1970: seconds)
  }
}
