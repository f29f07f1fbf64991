import Files
import Foundation
import TestSupport
import Testing

/// Where outputs may go.
///
/// Nodes are made in folders of the tests' own.
@Suite struct DestinationTests {
  private func node(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
  }

  private func reason(_ body: () throws -> Void) -> String? {
    do { try body() } catch let error as DestinationError { return error.reason } catch {
      return "\(error)"
    }
    return nil
  }

  @Test func `a new name and a regular file are places for a file`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a").path
      #expect(try Destination(path).target == path)
      try Data("x".utf8).write(to: URL(filePath: path))
      #expect(try Destination(path).target == path)
    }
  }

  @Test func `pipes, devices and folders are refused, also after a link`() throws {
    try withTemporaryFolder { folder in
      func path(_ name: String) -> String { folder.appending(path: name).path }
      try node(["mkfifo", path("pipe")])
      try node(["mknod", path("null"), "c", "1", "3"])
      try FileManager.default.createDirectory(
        atPath: path("folder"), withIntermediateDirectories: false)
      for (name, word) in [("pipe", "a pipe"), ("null", "a device"), ("folder", "a folder")] {
        // Only root makes devices.
        guard let before = FileIdentity(path(name)) else {
          #expect(name == "null")
          continue
        }
        try FileManager.default.createSymbolicLink(
          atPath: path("to-\(name)"), withDestinationPath: name)
        for place in [path(name), path("to-\(name)")] {
          let said = reason { _ = try Destination(place) }
          #expect(said?.contains(word) == true, "\(place): \(said ?? "taken")")
        }
        #expect(FileIdentity(path(name)) == before)
      }
      #expect(reason { _ = try Destination(path("folder") + "/") }?.contains("slash") == true)
      #expect(reason { _ = try Destination("") }?.contains("no name") == true)
    }
  }

  @Test func `links are followed to the file, which may be still to come`() throws {
    try withTemporaryFolder { folder in
      func path(_ name: String) -> String { folder.appending(path: name).path }
      try FileManager.default.createSymbolicLink(atPath: path("a"), withDestinationPath: "b")
      try FileManager.default.createSymbolicLink(atPath: path("b"), withDestinationPath: path("c"))
      #expect(try Destination(path("a")).target == path("c"))
      try FileManager.default.createSymbolicLink(atPath: path("c"), withDestinationPath: "a")
      #expect(reason { _ = try Destination(path("a")) }?.contains("circle") == true)
    }
  }

  @Test func `a link where a draft has to be is refused, a leftover is removed`() throws {
    try withTemporaryFolder { folder in
      let log = folder.appending(path: "log").path
      try Data("old".utf8).write(to: URL(filePath: log + ".partial"))
      #expect(try Destination(log).freeDraft() == log + ".partial")
      #expect(FileIdentity(log + ".partial") == nil)
      try FileManager.default.createSymbolicLink(
        atPath: log + ".partial", withDestinationPath: "precious")
      #expect(reason { _ = try Destination(log).freeDraft() }?.contains("is a link") == true)
      #expect(FileIdentity(log + ".partial", followingLinks: false)?.kind == .link)
    }
  }

  @Test func `what is read is spared under every name that it has`() throws {
    try withTemporaryFolder { folder in
      func path(_ name: String) -> String { folder.appending(path: name).path }
      try Data("x".utf8).write(to: URL(filePath: path("texts")))
      try FileManager.default.linkItem(atPath: path("texts"), toPath: path("hard"))
      try FileManager.default.createSymbolicLink(atPath: path("soft"), withDestinationPath: "texts")
      try FileManager.default.linkItem(atPath: path("texts"), toPath: path("log.partial"))
      let spared = SparedFiles([path("texts")])
      for name in ["texts", "hard", "soft", "./texts", "log"] {
        #expect(throws: DestinationError.self, "\(name)") {
          try spared.check(folder.path + "/" + name)
        }
      }
      try spared.check(path("other"))
    }
  }

  @Test func `of a checkpoint's folder only new names and own files are free`() throws {
    try withTemporaryFolder { folder in
      func path(_ name: String) -> String { folder.appending(path: name).path }
      for name in ["config.json", "notes.txt"] {
        try Data("{}".utf8).write(to: URL(filePath: path(name)))
      }
      #expect(throws: DestinationError.self) { try SparedFiles().check(path("notes.txt")) }
      try SparedFiles().check(path("notes.txt"), isOwn: { _ in true })
      try SparedFiles().check(path("log.h5"))
      #expect(throws: DestinationError.self) {
        try SparedFiles([folder.path]).check(path("notes.txt"), isOwn: { _ in true })
      }
    }
  }
}
