import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.spi.signature.AdvancedSignature;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.xades.validation.XMLDocumentAnalyzer;
import java.io.File;

/** Has EU DSS judge our signatures: intact, and XAdES-BASELINE-B. See README.md. */
public class Judge {
    public static void main(String[] files) {
        for (String file : files) {
            XMLDocumentAnalyzer analyzer = new XMLDocumentAnalyzer(new FileDocument(new File(file)));
            analyzer.setCertificateVerifier(new CommonCertificateVerifier());
            for (AdvancedSignature s : analyzer.getSignatures()) {
                s.checkSignatureIntegrity();
                var integrity = s.getSignatureCryptographicVerification();
                boolean named = s.getCandidatesForSigningCertificate().getTheCertificateValidity().isValid();
                System.out.printf("%s: valid %s, certificate %s, %s%n", file, integrity.isSignatureValid(), named, s.getDataFoundUpToLevel());
                if (!integrity.isSignatureValid() || !named || s.getDataFoundUpToLevel() != SignatureLevel.XAdES_BASELINE_B) System.exit(1);
            }
        }
    }
}
