package com.nexpo.console.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.nexpo.console.model.Secret;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom: the table of {@code docs/architecture.md}. */
@AnalyzeClasses(packages = "com.nexpo.console", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "com.nexpo.console.";

    private static ArchRule mayUseOnly(String which, String... others) {
        String[] ours = new String[others.length + 1];
        ours[0] = ROOT + which + "..";
        for (int i = 0; i < others.length; i++) {
            ours[i + 1] = ROOT + others[i] + "..";
        }
        return classes().that().resideInAPackage(ROOT + which + "..").should().onlyDependOnClassesThat(
                com.tngtech.archunit.base.DescribedPredicate.or(
                        com.tngtech.archunit.core.domain.JavaClass.Predicates
                                .resideOutsideOfPackage("com.nexpo.console.."),
                        com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(ours)))
                .allowEmptyShould(true);
    }

    @ArchTest
    static final ArchRule modelKnowsOnlyTheJdk = classes().that().resideInAPackage(ROOT + "model..").should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(ROOT + "model..", "java..", "javax.crypto..", "org.jspecify..");

    @ArchTest
    static final ArchRule blueprint = mayUseOnly("blueprint", "model");

    @ArchTest
    static final ArchRule profile = mayUseOnly("profile", "model");

    @ArchTest
    static final ArchRule system = mayUseOnly("system", "model", "profile");

    @ArchTest
    static final ArchRule engine = mayUseOnly("engine", "model", "profile");

    @ArchTest
    static final ArchRule deploy = mayUseOnly("deploy", "model", "blueprint", "profile", "engine", "system");

    @ArchTest
    static final ArchRule sandbox = mayUseOnly("sandbox", "model", "blueprint");

    @ArchTest
    static final ArchRule cli = mayUseOnly("cli", "model", "blueprint", "profile", "engine", "deploy");

    @ArchTest
    static final ArchRule noCycles = slices().matching("com.nexpo.console.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule oneSystemKnowsNoOther = slices().matching("com.nexpo.console.system.(*)..").should()
            .notDependOnEachOther().allowEmptyShould(true);

    @ArchTest
    static final ArchRule secretsAreRevealedOnlyToSystems = noClasses().that()
            .resideOutsideOfPackages(ROOT + "system..", ROOT + "sandbox..").should()
            .callMethod(Secret.class, "reveal");

    @ArchTest
    static final ArchRule processesOnlyForTerraformAndCredentials = noClasses().that()
            .resideOutsideOfPackages(ROOT + "system.terraform..", ROOT + "profile..").should()
            .dependOnClassesThat().areAssignableTo(ProcessBuilder.class);

    @ArchTest
    static final ArchRule standardStreamsOnlyInTheCli = noClasses().that()
            .resideOutsideOfPackages(ROOT + "cli..",
                    // A program of its own, which stands in for terraform.
                    ROOT + "sandbox.terraform..")
            .should().accessField(System.class, "out").orShould().accessField(System.class, "err");

    @ArchTest
    static final ArchRule javaFxOnlyInTheWindow = noClasses().that()
            .resideOutsideOfPackages(ROOT + "ui..", ROOT + "app..")
            .should().dependOnClassesThat().resideInAnyPackage("javafx..", "org.controlsfx..");

    @ArchTest
    static final ArchRule eachSdkInItsOwnPackage = noClasses().that()
            .resideOutsideOfPackage(ROOT + "system.aws..").should()
            .dependOnClassesThat().resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule kubernetesClient = noClasses().that()
            .resideOutsideOfPackages(ROOT + "system.kubernetes..",
                    // Reads what kubectl sends in protobuf, with the client's generated messages.
                    ROOT + "sandbox.kubernetes..")
            .should().dependOnClassesThat().resideInAPackage("io.kubernetes..");

    @ArchTest
    static final ArchRule vaultDriver = noClasses().that().resideOutsideOfPackage(ROOT + "system.vault..")
            .should()
            .dependOnClassesThat().resideInAPackage("io.github.jopenlibs..");

    @ArchTest
    static final ArchRule posthogSdk = noClasses().that().resideOutsideOfPackage(ROOT + "system.posthog..")
            .should()
            .dependOnClassesThat().resideInAPackage("com.posthog..");

    @ArchTest
    static final ArchRule threadsOnlyInTheEngine = noClasses().that()
            .resideOutsideOfPackages(ROOT + "engine..", ROOT + "app..", ROOT + "sandbox..",
                    // Reads a child's two streams side by side, and stops it.
                    ROOT + "system.terraform..",
                    // The shutdown hook that turns a signal into a graceful stop.
                    ROOT + "cli..")
            .should().callConstructorWhere(
                    com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                            com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                                    com.tngtech.archunit.core.domain.JavaClass.Predicates
                                            .assignableTo(Thread.class))));
}
