# Change by position in the response
#
# Mean over responses by position of the token: Jensen-Shannon divergence between the next-token
# distributions before and after (nats, full vocabulary), and absolute change of the token's
# log-probability (nats). Left: position counted from the start of the response, bins of 3
# tokens, and the number of responses that reach it: means far right rest on few, long
# responses. Right: relative position (token index + ½) / length in 20 bins, and the number of
# tokens in each. Tokens that were not measured are left out. Shaded: 95 % interval at each
# point with prompts as clusters, 128 in all; on few of them it is a rough guide, on one there
# is none; it is cut at the axis. 1,536 responses, 49,367 tokens.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot change-by-position.gp
# It reads change-by-position.tsv and writes change-by-position.svg and change-by-position.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,276 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_change_by_position' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,276./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'change-by-position.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07776
  set rmargin at screen 0.48148
  set bmargin at screen 0.62101
  set tmargin at screen 0.93116
  set border 15 linewidth 0.5
  set xrange [0.5:162.5]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('' 50 0, '' 100 0, '' 150 0)
  set yrange [0.0005346574545745335:1.0540689652848219]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0.0006 1, '' 0.0007 1, '' 0.0008 1, '' 0.0009 1, '10^{−3}' 0.001, '' 0.002 1, '' 0.003 1, '' 0.004 1, '' 0.005 1, '' 0.006 1, '' 0.007 1, '' 0.008 1, '' 0.009 1, '10^{−2}' 0.01, '' 0.02 1, '' 0.03 1, '' 0.04 1, '' 0.05 1, '' 0.06 1, '' 0.07 1, '' 0.08 1, '' 0.09 1, '10^{−1}' 0.1, '' 0.2 1, '' 0.3 1, '' 0.4 1, '' 0.5 1, '' 0.6 1, '' 0.7 1, '' 0.8 1, '' 0.9 1, '10^{0}' 1)
  set label 'mean JS (nats)' at screen 0.02306,0.77609 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.37029,0.9692 to screen 0.40733,0.9692 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'base → sft' at screen 0.41556,0.9692 left font ',8' noenhanced front
  set arrow from screen 0.51235,0.9692 to screen 0.54938,0.9692 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'base → rl' at screen 0.55761,0.9692 left font ',8' noenhanced front
  plot 'change-by-position.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#e69f00' notitle, \
    'change-by-position.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'change-by-position.tsv' index 2 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'change-by-position.tsv' index 3 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.57776
  set rmargin at screen 0.98148
  set bmargin at screen 0.62101
  set tmargin at screen 0.93116
  set border 15 linewidth 0.5
  set xrange [0:1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('' 0 0, '' 0.2 0, '' 0.4 0, '' 0.6 0, '' 0.8 0, '' 1 0)
  set yrange [0.0005346574545745335:1.0540689652848219]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0.0006 1, '' 0.0007 1, '' 0.0008 1, '' 0.0009 1, '10^{−3}' 0.001, '' 0.002 1, '' 0.003 1, '' 0.004 1, '' 0.005 1, '' 0.006 1, '' 0.007 1, '' 0.008 1, '' 0.009 1, '10^{−2}' 0.01, '' 0.02 1, '' 0.03 1, '' 0.04 1, '' 0.05 1, '' 0.06 1, '' 0.07 1, '' 0.08 1, '' 0.09 1, '10^{−1}' 0.1, '' 0.2 1, '' 0.3 1, '' 0.4 1, '' 0.5 1, '' 0.6 1, '' 0.7 1, '' 0.8 1, '' 0.9 1, '10^{0}' 1)
  unset colorbox
  plot 'change-by-position.tsv' index 4 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#e69f00' notitle, \
    'change-by-position.tsv' index 5 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'change-by-position.tsv' index 6 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'change-by-position.tsv' index 7 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07776
  set rmargin at screen 0.48148
  set bmargin at screen 0.27826
  set tmargin at screen 0.58841
  set border 15 linewidth 0.5
  set xrange [0.5:162.5]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('' 50 0, '' 100 0, '' 150 0)
  set yrange [0.04411203960368463:23.649364922749616]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0.05 1, '' 0.06 1, '' 0.07 1, '' 0.08 1, '' 0.09 1, '10^{−1}' 0.1, '' 0.2 1, '' 0.3 1, '' 0.4 1, '' 0.5 1, '' 0.6 1, '' 0.7 1, '' 0.8 1, '' 0.9 1, '10^{0}' 1, '' 2 1, '' 3 1, '' 4 1, '' 5 1, '' 6 1, '' 7 1, '' 8 1, '' 9 1, '10^{1}' 10, '' 20 1)
  set label 'mean |Δ log p| (nats)' at screen 0.02306,0.43333 center rotate by 90 noenhanced front
  unset colorbox
  plot 'change-by-position.tsv' index 8 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#e69f00' notitle, \
    'change-by-position.tsv' index 9 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'change-by-position.tsv' index 10 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'change-by-position.tsv' index 11 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.57776
  set rmargin at screen 0.98148
  set bmargin at screen 0.27826
  set tmargin at screen 0.58841
  set border 15 linewidth 0.5
  set xrange [0:1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('' 0 0, '' 0.2 0, '' 0.4 0, '' 0.6 0, '' 0.8 0, '' 1 0)
  set yrange [0.04411203960368463:23.649364922749616]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0.05 1, '' 0.06 1, '' 0.07 1, '' 0.08 1, '' 0.09 1, '10^{−1}' 0.1, '' 0.2 1, '' 0.3 1, '' 0.4 1, '' 0.5 1, '' 0.6 1, '' 0.7 1, '' 0.8 1, '' 0.9 1, '10^{0}' 1, '' 2 1, '' 3 1, '' 4 1, '' 5 1, '' 6 1, '' 7 1, '' 8 1, '' 9 1, '10^{1}' 10, '' 20 1)
  unset colorbox
  plot 'change-by-position.tsv' index 12 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#e69f00' notitle, \
    'change-by-position.tsv' index 13 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'change-by-position.tsv' index 14 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'change-by-position.tsv' index 15 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle

  # panel 5
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07776
  set rmargin at screen 0.48148
  set bmargin at screen 0.09058
  set tmargin at screen 0.24565
  set border 15 linewidth 0.5
  set xrange [0.5:162.5]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('50' 50, '100' 100, '150' 150)
  set yrange [0:1689.6000000000001]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '1000' 1000)
  set label 'position in the response (tokens)' at screen 0.27962,0.02174 center noenhanced front
  set label 'responses' at screen 0.01646,0.16812 center rotate by 90 noenhanced front
  unset colorbox
  plot 'change-by-position.tsv' index 16 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 0.4 noborder linecolor rgb '#808080' notitle, \
    'change-by-position.tsv' index 16 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#808080' dashtype solid notitle

  # panel 6
  reset
  set datafile separator "\t"
  set lmargin at screen 0.57776
  set rmargin at screen 0.98148
  set bmargin at screen 0.09058
  set tmargin at screen 0.24565
  set border 15 linewidth 0.5
  set xrange [0:1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set yrange [0:3149.3]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '2000' 2000)
  set label 'relative position' at screen 0.77962,0.02174 center noenhanced front
  set label 'tokens' at screen 0.51646,0.16812 center rotate by 90 noenhanced front
  unset colorbox
  plot 'change-by-position.tsv' index 17 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 0.4 noborder linecolor rgb '#808080' notitle, \
    'change-by-position.tsv' index 17 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#808080' dashtype solid notitle

  unset multiplot
  set output
}
