import ArgumentParser

struct CaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case",
        abstract: "办件 — shows, explains and lists cases, and archives one.",
        subcommands: [
            CaseShowCommand.self, CaseExplainCommand.self, CaseListCommand.self, CaseArchiveCommand.self,
        ])
}
