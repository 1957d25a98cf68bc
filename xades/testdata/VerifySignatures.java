import java.io.File;
import java.security.Key;
import java.security.cert.X509Certificate;
import javax.xml.crypto.AlgorithmMethod;
import javax.xml.crypto.KeySelector;
import javax.xml.crypto.KeySelectorResult;
import javax.xml.crypto.XMLCryptoContext;
import javax.xml.crypto.XMLStructure;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfo;
import javax.xml.crypto.dsig.keyinfo.X509Data;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Verifies the signatures of files with the JDK, by the first certificate in each. Prints those that fail. */
public class VerifySignatures {
    public static void main(String[] files) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        int failed = 0;
        for (String file : files) {
            try {
                Document document = factory.newDocumentBuilder().parse(new File(file));
                NodeList all = document.getElementsByTagName("*");
                Element signature = null;
                for (int i = 0; i < all.getLength(); i++) {
                    Element e = (Element) all.item(i);
                    if (e.hasAttributeNS(null, "Id")) e.setIdAttributeNS(null, "Id", true);
                    if (XMLSignature.XMLNS.equals(e.getNamespaceURI()) && e.getLocalName().equals("Signature")) signature = e;
                }
                DOMValidateContext context = new DOMValidateContext(new FirstCertificate(), signature);
                XMLSignature s = XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context);
                if (s.validate(context)) continue;
                System.out.println(file + ": signature value " + s.getSignatureValue().validate(context));
                for (Object r : s.getSignedInfo().getReferences()) {
                    System.out.println("  " + ((Reference) r).getURI() + " " + ((Reference) r).validate(context));
                }
            } catch (Exception e) {
                System.out.println(file + ": " + e);
            }
            failed++;
        }
        System.exit(failed > 0 ? 1 : 0);
    }

    static class FirstCertificate extends KeySelector {
        @Override
        public KeySelectorResult select(KeyInfo info, Purpose purpose, AlgorithmMethod method, XMLCryptoContext context) {
            for (XMLStructure s : info.getContent()) {
                if (!(s instanceof X509Data)) continue;
                for (Object o : ((X509Data) s).getContent()) {
                    if (o instanceof X509Certificate) {
                        Key key = ((X509Certificate) o).getPublicKey();
                        return () -> key;
                    }
                }
            }
            throw new IllegalStateException("no certificate");
        }
    }
}
