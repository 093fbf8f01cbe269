import ArgumentParser
import KuayuAdapters

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "模式 — prints the JSON Schema of the canonical case.",
        discussion: """
            Example:
              kuayu schema > case.v1.json
            """)

    func run() { print(String(decoding: CaseSchemaDocument.jsonSchema(), as: UTF8.self)) }
}
