import Foundation

/// The gnuplot program of this machine.
struct Gnuplot {
  let path: String

  /// Finds it in a search path.
  init(searchPath: String?) throws(PlottingError) {
    let folders = (searchPath ?? "/usr/local/bin:/usr/bin").split(separator: ":")
    let candidates = folders.map { "\($0)/gnuplot" }
    guard let path = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
      throw .gnuplotMissing
    }
    self.path = path
  }

  /// Runs a script in the folder where it lies.
  func run(script: String, in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(filePath: path)
    // Without the user's own start-up files, which may set anything.
    process.arguments = ["--default-settings", script]
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    for name in environment.keys where name.hasPrefix("GNUPLOT") || name.hasPrefix("LC_") {
      environment[name] = nil
    }
    environment["LC_ALL"] = "C"
    // The date in a PDF has a time zone, which has a length.
    environment["TZ"] = "UTC"
    environment["SOURCE_DATE_EPOCH"] = "0"
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw PlottingError.file(path: path, reason: "can't be run: \(error.localizedDescription)")
    }
    let output = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let message =
        Self.relevantLine(String(decoding: output, as: UTF8.self), script: script)
        ?? "exit status \(process.terminationStatus)"
      throw PlottingError.gnuplotFailed(script: script, message: message)
    }
  }

  /// The first line of gnuplot's message that says what is wrong: it echoes the command, points at
  /// the place, and then names file, line and reason.
  static func relevantLine(_ output: String, script: String) -> String? {
    let lines = output.split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty }
    let named = lines.first { line in
      line.hasPrefix("\"\(script)\"") && line.contains(": ") && !line.contains("warning:")
    }
    return named ?? lines.last { !$0.contains("warning:") }
  }
}
