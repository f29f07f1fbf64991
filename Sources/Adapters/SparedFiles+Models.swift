package import Files

extension SparedFiles {
  /// What a command reads: files, and all that lies in the folders of models.
  package init(_ files: [String] = [], models: [String]) {
    self.init(files)
    for model in models {
      let folder = try? ModelFolder(model)
      for path in folder.map({ [$0.base] + $0.adapters }) ?? [model] { add(path) }
    }
  }
}
