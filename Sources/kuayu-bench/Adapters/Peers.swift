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
        // A peer that gives up at once would look fast.
        guard let format = samples.first?.format, samples.allSatisfy({ count($0) > 0 }) else { return nil }
        let name =
            switch format {
            case .json: "Foundation JSON"
            case .xml: "Foundation XML"
            case .delimited: "split + dictionary"
            }
        return (name, { for sample in samples { Sink.take(count(sample)) } })
    }

    /// How many things there are in a sample; 0 when it cannot be read.
    private static func count(_ sample: PeerSample) -> Int {
        switch sample.format {
        case .json: json(sample.data)
        case .xml: xml(sample.data)
        case .delimited: lines(sample.text)
        }
    }

    /// Parses, and parses JSON text inside the JSON as well, as everyone must who wants the case in it.
    private static func json(_ data: Data) -> Int {
        guard let object = FoundationJSON.parse(data) else { return 0 }
        guard let inner = object["data"] as? String else { return object.count }
        return object.count + (FoundationJSON.parse(Data(inner.utf8))?.count ?? 0)
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
            guard let object = FoundationJSON.parse(output.data) else { return nil }
            let inner = (object["data"] as? String).flatMap { FoundationJSON.parse(Data($0.utf8)) }
            return PrintedValue(object: object, inner: inner)
        }
        guard values.count == outputs.count else { return nil }
        return ("Foundation JSON", { for value in values { Sink.take(value.print()) } })
    }

    /// A document, with the one that it holds as text.
    private struct PrintedValue {
        let object: [String: Any]
        let inner: [String: Any]?

        func print() -> Int {
            var object = object
            if let inner { object["data"] = String(decoding: FoundationJSON.print(inner), as: UTF8.self) }
            return FoundationJSON.print(object).count
        }
    }
}

/// What everybody uses.
private enum FoundationJSON {
    static func parse(_ data: Data) -> [String: Any]? {
        try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    }

    static func print(_ object: [String: Any]) -> Data {
        (try? JSONSerialization.data(withJSONObject: object)) ?? Data()
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
