import Files
import Foundation
import Plotting

/// Where a figure goes: `NAME.svg` and its companions, none of which is an input.
struct FigureDestination {
  private let url: URL

  /// - Throws: `DestinationError`.
  init(_ name: String, sparing spared: SparedFiles) throws {
    url = URL(filePath: name)
    for file in FigureFiles(name: url.lastPathComponent, in: url.deletingLastPathComponent()).all {
      try spared.check(file.relativePath, companions: [])
    }
  }

  /// Draws it, into a folder that is made where it isn't there.
  func write(_ figure: Figure) throws {
    let folder = url.deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    _ = try figure.write(named: url.lastPathComponent, to: folder)
  }
}
