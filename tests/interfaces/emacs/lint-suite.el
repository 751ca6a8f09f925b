;;; lint-suite.el --- package-lint over the files named on the command line  -*- lexical-binding: t; -*-

;;; Commentary:

;; Prints one line a finding.

;;; Code:

(require 'package-lint)

(setq package-lint-main-file "khoj-lite.el")

(dolist (file command-line-args-left)
  (with-current-buffer (find-file-noselect file)
    (dolist (finding (package-lint-buffer))
      (princ (format "%s:%d: %s: %s\n" (file-name-nondirectory file) (nth 0 finding)
                     (nth 2 finding) (nth 3 finding))))))
(setq command-line-args-left nil)

(provide 'lint-suite)
;;; lint-suite.el ends here
