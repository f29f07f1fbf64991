internal import Files
internal import Foundation
internal import HDF5

/// A log's file while it is written, beside the place that it gets when it is whole.
struct Draft {
  private let destination: Destination
  private let path: String

  /// Finds a free name, and follows the destination's links.
  ///
  /// - Throws: `RunLogError` where the destination is a device, a pipe or a folder, or where a link has
  ///   the draft's name.
  init(of path: String) throws(RunLogError) {
    do {
      destination = try Destination(path)
      self.path = try destination.freeDraft()
    } catch { throw RunLogError(error) }
  }

  /// Lets `body` write the file, and gives it its name; after an error nothing of it is left.
  ///
  /// - Throws: `RunLogError` with the system's reason, or what `body` throws.
  func publish(_ body: (HDF5File) throws -> Void) throws {
    // Refuses what is there by now: that isn't ours to remove.
    let file = try translating { () throws(HDF5Error) in
      try HDF5File.create(path, replacing: false)
    }
    do {
      do { try body(file) } catch {
        try? file.close()
        throw error
      }
      try translating { () throws(HDF5Error) in
        try file.close()
        try HDF5File.publish(path, as: destination.target)
      }
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }

  /// The same with the errors of a log's own columns.
  ///
  /// - Throws: `RunLogError`.
  func publishLog(_ body: (HDF5File) throws(RunLogError) -> Void) throws(RunLogError) {
    do { try publish(body) } catch let error as RunLogError { throw error } catch {
      throw RunLogError(error, path, "cannot write")
    }
  }
}
