import Foundation
import Synchronization

/// The gnuplot program of this machine.
struct Gnuplot {
  let path: String

  /// Finds it in a search path.
  init(searchPath: String?) throws(PlottingError) {
    let folders = (searchPath ?? "/usr/local/bin:/usr/bin").split(separator: ":")
    let candidates = folders.map { "\($0)/gnuplot" }
    let manager = FileManager.default
    guard let path = candidates.first(where: manager.isExecutableFile(atPath:)) else {
      if let useless = candidates.first(where: manager.fileExists(atPath:)) {
        throw .file(path: useless, reason: "can't be executed: chmod +x, or install gnuplot-nox")
      }
      throw .gnuplotMissing
    }
    self.path = path
  }

  /// Far longer than any figure takes.
  static let timeLimit = Duration.seconds(120)

  /// Bytes of its complaints that are kept.
  private static let mostComplaint = 65_536

  /// Runs a script in the folder where it lies.
  ///
  /// - Throws: `PlottingError` if it fails, doesn't end in time, or leaves one of `outputs` unwritten.
  func run(
    script: String, in folder: URL, outputs: [URL], timeLimit: Duration = Self.timeLimit
  ) throws {
    let process = Process()
    process.executableURL = URL(filePath: path)
    // Without the user's own start-up files, which may set anything.
    process.arguments = ["--default-settings", script]
    process.currentDirectoryURL = folder
    process.environment = Self.environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do {
      try process.run()
    } catch {
      throw PlottingError.file(
        path: path, reason: "can't be run: is it a program, and its interpreter there?")
    }
    let complaint = Complaint(errors.fileHandleForReading, limit: Self.mostComplaint)
    guard ended.wait(timeout: .now() + .seconds(Int(timeLimit.components.seconds))) == .success
    else {
      // What it started has its standard error open as well.
      kill(-process.processIdentifier, SIGKILL)
      kill(process.processIdentifier, SIGKILL)
      throw PlottingError.gnuplotFailed(
        script: script,
        message: "it hadn't ended after \(timeLimit.components.seconds) s and was stopped: is "
          + "\(path) gnuplot 5.4 or newer?")
    }
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let message =
        Self.relevantLine(complaint.text(), script: script)
        ?? "exit status \(process.terminationStatus)"
      throw PlottingError.gnuplotFailed(script: script, message: message)
    }
    for file in outputs {
      let size = try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
      guard size ?? 0 > 0 else {
        throw PlottingError.gnuplotFailed(
          script: script,
          message:
            "it ended without drawing \(file.lastPathComponent): is \(path) gnuplot 5.4 or newer?")
      }
    }
  }

  /// Made, not inherited: the user's may name another terminal, fonts' sizes, start-up files.
  private static var environment: [String: String] {
    // Where programs, their libraries and fonts are.
    let kept = [
      "PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
      "XDG_CACHE_HOME", "XDG_DATA_HOME",
    ]
    let own = ProcessInfo.processInfo.environment
    var environment = Dictionary(
      uniqueKeysWithValues: kept.compactMap { name in own[name].map { (name, $0) } })
    environment["LC_ALL"] = "C"
    // The date in a PDF has a time zone, which has a length.
    environment["TZ"] = "UTC"
    environment["SOURCE_DATE_EPOCH"] = "0"
    return environment
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

/// What a program says on its standard error: read to the end, so that it never waits, and kept up to
/// a limit.
private final class Complaint: Sendable {
  private let bytes = Mutex(Data())
  private let ended = DispatchSemaphore(value: 0)

  init(_ handle: FileHandle, limit: Int) {
    Thread.detachNewThread { [self] in
      while case let piece = handle.availableData, !piece.isEmpty {
        bytes.withLock { $0 += piece.prefix(max(limit - $0.count, 0)) }
      }
      ended.signal()
    }
  }

  /// All of it, or what came within a second of the program's end: what it started may go on.
  func text() -> String {
    _ = ended.wait(timeout: .now() + .seconds(1))
    return String(decoding: bytes.withLock { $0 }, as: UTF8.self)
  }
}
