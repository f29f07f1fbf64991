import Foundation
import Inspection
import JSON
import TestSupport
import Testing

/// What a path is, without a command line.
@Suite struct InspectionTests {
  private static func json(_ inspection: Inspection) throws -> JSONValue {
    try JSONValue(parsing: Array(JSONEncoder().encode(inspection)))
  }

  @Test func `a checkpoint is told by its contents`() throws {
    let path = Places.data.appending(path: "demo/base").path
    let inspection = try Inspection(of: path, ignoresRemoteCode: false)
    #expect(inspection.text.hasPrefix(path + ": checkpoint\n  architecture"))
    let json = try Self.json(inspection)
    // config.json of Data/demo/base says so.
    #expect(json["layers"]?.integerValue == 4)
    #expect(json["hiddenSize"]?.integerValue == 128)
    #expect(json["vocabularySize"]?.integerValue == 1_024)
  }

  @Test func `a log is told by its contents`() throws {
    let log = try Inspection(
      of: Places.fixture("runlogs/log-2.0.h5"), ignoresRemoteCode: false)
    #expect(log.text.contains(": token log\n"))
    #expect(try Self.json(log)["kind"]?.stringValue == "token log")
    let training = try Inspection(
      of: Places.fixture("runlogs/training-log-2.0.h5"), ignoresRemoteCode: false)
    #expect(try Self.json(training)["kind"]?.stringValue == "training log")
  }

  @Test func `a path that is nothing of the kind is refused by name`() throws {
    for (path, reason) in [
      ("", "''"), ("no/such", "no/such: no such file or folder"),
      (Places.root.appending(path: "LICENSE").path, "neither a checkpoint folder"),
    ] {
      let error = #expect(throws: (any Error).self) {
        _ = try Inspection(of: path, ignoresRemoteCode: false)
      }
      #expect("\(error.map { "\($0)" } ?? "")".contains(reason))
    }
  }
}
