import Foundation
#if canImport(FoundationXML)
    import FoundationXML
#endif
import KuayuFormats

/// A sample as a peer gets it: in UTF-8 already, which is easier than what the adapters get.
struct PeerSample {
    enum Format { case json, xml, delimited }

    let format: Format
    let text: String
    let data: Data

    init(_ bytes: [UInt8], contentType: String) {
        let isGB18030 = contentType.uppercased().contains("GB18030")
        let utf8 = isGB18030 ? ((try? GB18030.decode(bytes).bytes) ?? bytes) : bytes
        format = contentType.contains("json") ? .json : contentType.contains("xml") ? .xml : .delimited
        text = String(decoding: utf8, as: UTF8.self)
            .replacing("encoding=\"GB18030\"", with: "encoding=\"UTF-8\"", maxReplacements: 1)
        data = Data(text.utf8)
    }
}

/// Parsers that only parse: Foundation's for JSON and XML, a loop that splits for lines.
enum ParsingPeer {
    static func make(_ samples: [PeerSample]) -> (name: String, run: () -> Void)? {
        switch samples.first?.format {
        case .json: ("JSONSerialization", { for sample in samples { Sink.take(json(sample.data)) } })
        case .xml: ("XMLParser", { for sample in samples { Sink.take(xml(sample.data)) } })
        case .delimited: ("split + dictionary", { for sample in samples { Sink.take(lines(sample.text)) } })
        case nil: nil
        }
    }

    /// Parses, and parses JSON text inside the JSON as well, as everyone must who wants the case in it.
    static func json(_ data: Data) -> Int {
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else { return 0 }
        guard let inner = object["data"] as? String else { return object.count }
        let value = try? JSONSerialization.jsonObject(with: Data(inner.utf8)) as? [String: Any]
        return object.count + (value?.count ?? 0)
    }

    private static func xml(_ data: Data) -> Int {
        let parser = XMLParser(data: data)
        let texts = ElementTexts()
        parser.delegate = texts
        return parser.parse() ? texts.count : 0
    }

    /// Knows neither escapes nor quotes.
    private static func lines(_ text: String) -> Int {
        var count = 0
        for line in text.split(separator: "\n") {
            var row: [Int: Substring] = [:]
            for (index, field) in line.split(separator: "|", omittingEmptySubsequences: false).enumerated() {
                row[index] = field
            }
            count += row.count
        }
        return count
    }
}

/// Printers; Foundation has none for XML that takes no document tree, and none for lines.
enum PrintingPeer {
    static func make(_ outputs: [PeerSample]) -> (name: String, run: () -> Void)? {
        guard outputs.first?.format == .json else { return nil }
        let values = outputs.compactMap { output -> PrintedValue? in
            guard let object = try? JSONSerialization.jsonObject(with: output.data) as? [String: Any] else { return nil }
            guard let text = object["data"] as? String,
                let inner = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            else { return PrintedValue(object: object, inner: nil) }
            return PrintedValue(object: object, inner: inner)
        }
        guard values.count == outputs.count else { return nil }
        return ("JSONSerialization", { for value in values { Sink.take(value.print()) } })
    }

    /// A document, with the one that it holds as text.
    private struct PrintedValue {
        let object: [String: Any]
        let inner: [String: Any]?

        func print() -> Int {
            var object = object
            if let inner, let data = try? JSONSerialization.data(withJSONObject: inner) {
                object["data"] = String(decoding: data, as: UTF8.self)
            }
            return (try? JSONSerialization.data(withJSONObject: object).count) ?? 0
        }
    }
}

/// Collects the text of every element, the least that a reader of XML has to do.
private final class ElementTexts: NSObject, XMLParserDelegate {
    private(set) var count = 0
    private var text = ""
    private var values: [String: String] = [:]

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
        qualifiedName qName: String?, attributes attributeDict: [String: String] = [:]
    ) {
        text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(
        _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName qName: String?
    ) {
        values[elementName] = text
        count += 1
        text = ""
    }
}
