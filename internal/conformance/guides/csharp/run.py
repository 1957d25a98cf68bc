"""Compiles a file of C# and runs it, as `dotnet run FILE` of the .NET SDK does, with what ./install has put beside this Python."""

import json
import pathlib
import subprocess
import sys
import sysconfig
import tempfile

import clr_loader
import pythonnet

ROSLYN = pathlib.Path(sys.prefix) / "roslyn"
DOTNET = pathlib.Path(sysconfig.get_path("purelib")) / "dnv/net/runtime/.net"
(FRAMEWORK,) = (DOTNET / "shared/Microsoft.NETCore.App").iterdir()

# What `dotnet run FILE` imports unasked, and sets.
USINGS = ("System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks")
CONFIG = {
    "runtimeOptions": {
        "tfm": "net8.0",
        "framework": {"name": "Microsoft.NETCore.App", "version": FRAMEWORK.name},
        "configProperties": {
            "System.Globalization.Invariant": True,
            "System.Text.Json.JsonSerializer.IsReflectionEnabledByDefault": False,
        },
    }
}


def compile_program(source: pathlib.Path, program: pathlib.Path, config: pathlib.Path) -> list[str]:
    """Writes the program and returns what the compiler complains of, warnings too."""
    pythonnet.load(clr_loader.get_coreclr(runtime_config=str(config), dotnet_root=str(DOTNET)))
    import clr

    sys.path.append(str(ROSLYN))
    clr.AddReference("Microsoft.CodeAnalysis")
    clr.AddReference("Microsoft.CodeAnalysis.CSharp")
    from Microsoft.CodeAnalysis import DiagnosticSeverity, MetadataReference, NullableContextOptions, OutputKind, SyntaxTree
    from Microsoft.CodeAnalysis.CSharp import CSharpCompilation, CSharpCompilationOptions, CSharpSyntaxTree
    from System.Collections.Generic import List
    from System.IO import File

    trees = List[SyntaxTree]()
    trees.Add(CSharpSyntaxTree.ParseText("".join(f"global using global::{name};" for name in USINGS)))
    trees.Add(CSharpSyntaxTree.ParseText(source.read_text(encoding="utf-8"), path=source.name))
    references = List[MetadataReference]()
    for library in FRAMEWORK.glob("*.dll"):
        references.Add(MetadataReference.CreateFromFile(str(library)))
    options = CSharpCompilationOptions(OutputKind.ConsoleApplication).WithNullableContextOptions(NullableContextOptions.Enable)
    out = File.Create(str(program))
    result = CSharpCompilation.Create(program.stem, trees, references, options).Emit(out)
    out.Close()
    return [str(d) for d in result.Diagnostics if d.Severity in (DiagnosticSeverity.Warning, DiagnosticSeverity.Error)]


def main() -> int:
    source = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / f"{source.stem}.dll"
        config = program.with_suffix(".runtimeconfig.json")
        config.write_text(json.dumps(CONFIG))
        if complaints := compile_program(source, program, config):
            print("\n".join(complaints), file=sys.stderr)
            return 1
        host = DOTNET / "dotnet"
        host.chmod(0o755)  # a wheel forgets that
        return subprocess.run([host, program]).returncode


if __name__ == "__main__":
    sys.exit(main())
